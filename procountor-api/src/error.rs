//! The error of this crate: which operation, what happened, and what is known of its effect.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::auth::StoreError;
use crate::endpoint::Operation;
use crate::look_up::LookUp;
use crate::redact::redacted;
use crate::report::Circumstances;
use crate::retry::GaveUp;
use crate::transport::TransportError;
use crate::wire::{DecodeError, Violation, shortened};

/// Why a call failed. `Display` tells the operation, what happened, and how often it was tried.
///
/// ```
/// # use procountor_api::{Error, ErrorKind};
/// fn explain(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Invalid(_) => "nothing was sent: mend the request",
///         ErrorKind::Unauthorised(_) => "the client id, the client secret or the API key is wrong",
///         ErrorKind::Reconnect(_) => "a person must connect the company again",
///         ErrorKind::Api(answer) if answer.status == 404 => "there is no such thing, or this user may not see it",
///         ErrorKind::OutcomeUnknown(_) => "look whether it happened before you send it again",
///         _ => "see its text",
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    operation: Option<&'static Operation>,
    attempts: u32,
    kind: ErrorKind,
    gave_up: Option<GaveUp>,
    circumstances: Option<Arc<Circumstances>>,
    /// Of an unknown outcome.
    look_up: Option<Box<LookUp>>,
}

/// What happened.
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from its settings: all problems.
    Settings(Vec<String>),
    /// The request is not valid, and was not sent: all problems.
    Invalid(Vec<Violation>),
    /// The token endpoint refused the credentials, or the server refuses every token: trying again does not help, somebody
    /// must correct the client id, the client secret or the API key.
    Unauthorised(ApiError),
    /// What gave access before is no longer good, or nobody has logged in yet: a person must make a new API key, or log in
    /// again. A refresh token or API key was revoked, the person changed the password, left the company, or logged out.
    Reconnect(ApiError),
    /// The refresh token is in a token store, and the store failed.
    Store(StoreError),
    /// The server refused the request.
    Api(ApiError),
    /// No answer came.
    Transport(TransportError),
    /// The time for the whole call ran out.
    TimedOut,
    /// The answer is not what the specification says. It is kept.
    Decode {
        /// The status of the answer.
        status: u16,
        /// Where and how it differs.
        error: DecodeError,
        /// The answer.
        body: Bytes,
    },
    /// The request may have arrived, and its answer was lost or unclear: whether it took effect must be looked up before it
    /// is sent again. [`Error::look_up`] tells where.
    OutcomeUnknown(Box<ErrorKind>),
    /// The pages of a search do not come to an end, its rows do not come in the order that was asked for, or some were removed
    /// while it ran by page number.
    Paging(String),
    /// A cursor belongs to another search; nothing was sent.
    Cursor(String),
}

/// An answer that says no.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What the server says, as far as it is in a known form.
    pub messages: Vec<ApiMessage>,
    /// The answer as it came, but for the secrets of the request, which are taken out; it is not always JSON.
    pub body: Bytes,
    /// How long the server asked to wait (`Retry-After`), counted from the answer.
    pub retry_after: Option<Duration>,
}

/// One thing that the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiMessage {
    /// The field that it is about, as in `invoiceRows[3].vatStatus`.
    pub field: Option<String>,
    /// A code such as `DUE_DATE_BEFORE_BILL_DATE`, or a sentence. The set is open.
    pub message: String,
}

impl Error {
    pub(crate) fn new(operation: &'static Operation, attempts: u32, kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            operation: Some(operation),
            attempts,
            kind,
            gave_up: None,
            circumstances: None,
            look_up: None,
        }))
    }

    pub(crate) fn settings(problems: Vec<String>) -> Self {
        Self::of_client(ErrorKind::Settings(problems))
    }

    /// Something that no operation was made for.
    pub(crate) fn of_client(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            operation: None,
            attempts: 0,
            kind,
            gave_up: None,
            circumstances: None,
            look_up: None,
        }))
    }

    /// Adds where to look whether the request took effect.
    pub(crate) fn with_look_up(mut self, look_up: Option<LookUp>) -> Self {
        self.0.look_up = look_up.map(Box::new);
        self
    }

    /// Adds what a support report tells.
    pub(crate) fn in_circumstances(mut self, circumstances: Option<Arc<Circumstances>>) -> Self {
        self.0.circumstances = circumstances;
        self
    }

    /// Adds why the request was not sent again.
    pub(crate) fn given_up(mut self, gave_up: GaveUp) -> Self {
        self.0.gave_up = Some(gave_up);
        self
    }

    pub(crate) fn circumstances(&self) -> Option<&Circumstances> {
        self.0.circumstances.as_deref()
    }

    /// Why the request was not sent again; `None` where it was not sent at all, or was answered with success.
    pub fn gave_up(&self) -> Option<GaveUp> {
        self.0.gave_up
    }

    /// What happened.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// How often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The answer that said no, if one came.
    pub fn api(&self) -> Option<&ApiError> {
        self.kind().api()
    }

    fn out_of_time(&self) -> bool {
        let mut kind = self.kind();
        while let ErrorKind::OutcomeUnknown(inner) = kind {
            kind = inner;
        }
        matches!(kind, ErrorKind::TimedOut)
    }

    /// The HTTP status, if an answer came.
    pub fn status(&self) -> Option<u16> {
        match self.kind() {
            ErrorKind::Decode { status, .. } => Some(*status),
            _ => self.api().map(|error| error.status),
        }
    }

    /// The JSON that could not be read. Of a row of a search it is the row, as it came.
    pub fn json(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Decode { body, .. } => std::str::from_utf8(body).ok(),
            _ => None,
        }
    }

    /// There is no such resource, or this user may not see it: the server does not tell which.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::Api(error) if error.status == 404)
    }

    /// The request was not valid: found before sending, or by the server.
    pub fn is_invalid(&self) -> bool {
        matches!(self.kind(), ErrorKind::Invalid(_))
            || matches!(self.kind(), ErrorKind::Api(error) if error.status == 400)
    }

    /// The credentials are wrong.
    pub fn is_unauthorised(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthorised(_))
    }

    /// The server had too many requests.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.kind(), ErrorKind::Api(error) if error.status == 429)
    }

    /// Whether it took effect must be looked up.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind(), ErrorKind::OutcomeUnknown(_))
    }

    /// Where to look whether the request took effect, when that is not known.
    pub fn look_up(&self) -> Option<&LookUp> {
        self.0.look_up.as_deref()
    }

    /// What was wrong with the request that was not sent.
    pub fn violations(&self) -> &[Violation] {
        match self.kind() {
            ErrorKind::Invalid(violations) => violations,
            _ => &[],
        }
    }
}

impl ApiError {
    /// A refusal of our own, as if the server had said it.
    pub(crate) fn told(status: u16, message: &str) -> Self {
        Self {
            status,
            messages: vec![ApiMessage {
                field: None,
                message: message.to_owned(),
            }],
            body: Bytes::new(),
            retry_after: None,
        }
    }

    /// Reads an answer that says no: `{"errors":[{"status","field","message"}]}`, or the older
    /// `{"error","error_description"}`, or whatever a gateway says.
    pub(crate) fn read(status: u16, body: Bytes) -> Self {
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut messages = Vec::new();
        for error in json
            .get("errors")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(message) = text(error, "message") {
                messages.push(ApiMessage {
                    field: text(error, "field"),
                    message,
                });
            }
        }
        if let (true, Some(error)) = (messages.is_empty(), text(&json, "error")) {
            let message = text(&json, "error_description")
                .map_or(error.clone(), |more| format!("{error}: {more}"));
            messages.push(ApiMessage {
                field: None,
                message,
            });
        }
        Self {
            status,
            messages,
            body,
            retry_after: None,
        }
    }
}

/// How much of a message is shown, in characters, how much of the field that it names, and how many messages are.
const SHOWN: (usize, usize, usize) = (300, 100, 8);

/// On one line, and shortened: the fields have all of it.
impl fmt::Display for ApiMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (message, field, _) = SHOWN;
        let message = shortened(&redacted(&self.message), message);
        match &self.field {
            Some(name) => write!(f, "{}: {message}", shortened(&redacted(name), field)),
            None => f.write_str(&message),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if !self.messages.is_empty() {
            let (_, _, most) = SHOWN;
            let (shown, more) = self.messages.split_at(self.messages.len().min(most));
            write!(f, ": {}", list(shown))?;
            return match more.len() {
                0 => Ok(()),
                more => write!(f, "; and {more} more"),
            };
        }
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(400)]);
        match start.trim() {
            "" => f.write_str(" without a body"),
            text => write!(f, ": {}", crate::wire::snippet(&redacted(text))),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn list(items: &[impl ToString]) -> String {
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
            Self::Unauthorised(error) => {
                write!(
                    f,
                    "not authorised, {error}; check the client id, the client secret and the API key"
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

impl ErrorKind {
    pub(crate) fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) | Self::Unauthorised(error) | Self::Reconnect(error) => Some(error),
            Self::OutcomeUnknown(kind) => kind.api(),
            _ => None,
        }
    }

    pub(crate) fn api_mut(&mut self) -> Option<&mut ApiError> {
        match self {
            Self::Api(error) | Self::Unauthorised(error) | Self::Reconnect(error) => Some(error),
            Self::OutcomeUnknown(kind) => kind.api_mut(),
            _ => None,
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
        match self.gave_up() {
            None | Some(GaveUp::Rule | GaveUp::Attempts) => {}
            Some(GaveUp::Deadline) if self.out_of_time() => {}
            Some(gave_up) => write!(f, "; {gave_up}")?,
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
