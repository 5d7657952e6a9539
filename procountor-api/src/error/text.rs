//! What errors say.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, ErrorKind};
use crate::error::RetryStop;
use crate::wire::redact::redacted;

pub(super) fn list(items: &[impl ToString]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
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
                    "not sent, {}: {}",
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
                "a person must connect again, {error}; make a new API key, or log in again"
            ),
            Self::Store(error) => write!(f, "the token store failed: {error}"),
            Self::Api(error) => write!(f, "{error}"),
            Self::Transport(error) => write!(f, "{error}"),
            Self::TimedOut => {
                f.write_str("the time for the whole call ran out; set more with `.timeout(…)`")
            }
            Self::Decode {
                status,
                error,
                body,
            } => {
                let start = String::from_utf8_lossy(&body[..body.len().min(400)]);
                write!(
                    f,
                    "status {status}, but the answer cannot be read: {error}; it begins with: {}",
                    crate::wire::snippet(&redacted(&start))
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

/// As the text: the whole body may hold what should not be in a log.
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
            Some(RetryStop::Deadline) if self.out_of_time() => {}
            Some(retry_stop) => write!(f, "; {retry_stop}")?,
        }
        if let Some(wait) = self.retry_after() {
            write!(f, "; come back after {} s", wait.as_secs_f64().ceil())?;
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
