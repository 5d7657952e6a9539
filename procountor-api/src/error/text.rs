//! The messages of errors.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, ErrorKind, RetryStop};
use crate::wire::redact::redacted;
use crate::wire::snippet;

pub(super) fn list(items: &[impl ToString]) -> String {
    let texts: Vec<_> = items.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(problems) => write!(f, "the client cannot be built: {}", list(problems)),
            Self::Invalid(violations) => {
                write!(
                    f,
                    "the request is invalid and was not sent, {}: {}",
                    count(violations.len(), "problem"),
                    list(violations)
                )
            }
            Self::Unauthorized(error) => {
                write!(
                    f,
                    "not authorized, {error}; check the client id, the client secret and the API key"
                )
            }
            Self::Reconnect(error) => write!(
                f,
                "a person must connect again, {error}; log in again or create a new API key"
            ),
            Self::Store(error) => write!(f, "the token store failed: {error}"),
            Self::Api(error) => write!(f, "{error}"),
            Self::Transport(error) => write!(f, "{error}"),
            Self::TimedOut => {
                f.write_str("the call timed out; set a longer limit with `.timeout(…)`")
            }
            Self::Decode {
                status,
                error,
                body,
            } => {
                let start = String::from_utf8_lossy(&body[..body.len().min(400)]);
                write!(
                    f,
                    "status {status}, but the response cannot be decoded: {error}; the body starts with: {}",
                    snippet(&redacted(&start))
                )
            }
            Self::OutcomeUnknown(kind) => {
                write!(
                    f,
                    "outcome unknown, look it up before sending it again: {kind}"
                )
            }
            Self::Paging(problem) | Self::Cursor(problem) => f.write_str(problem),
        }
    }
}

/// Shows the same as `Display`: a body can have personal data, which should not be logged.
impl fmt::Debug for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", self.kind())?;
        match self.retry_stop() {
            None | Some(RetryStop::Rule | RetryStop::Attempts) => {}
            Some(RetryStop::Deadline) if matches!(self.kind().root(), ErrorKind::TimedOut) => {}
            Some(retry_stop) => write!(f, "; {retry_stop}")?,
        }
        if let Some(wait) = self.retry_after() {
            write!(f, "; try again after {} s", wait.as_secs_f64().ceil())?;
        }
        if self.attempts() > 1 {
            write!(f, " (after {} attempts)", self.attempts())?;
        }
        match self.look_up() {
            Some(look_up) => write!(f, "; {look_up}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.kind() {
            ErrorKind::Transport(error) => Some(error),
            ErrorKind::Store(error) => Some(error),
            ErrorKind::Decode { error, .. } => Some(error),
            _ => None,
        }
    }
}
