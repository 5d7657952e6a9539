//! The error of this crate: which operation, what happened, and what is known of its effect.

mod api;
mod codes;
mod look_up;
mod predicates;
mod report;
mod retry_stop;
mod store;
mod text;
mod transport;

use std::sync::Arc;

use bytes::Bytes;

use crate::operation::{ErrorContext, Operation};

pub use crate::wire::{DecodeError, Violation};
pub use api::{ApiError, ApiMessage};
pub use codes::{CODES, KnownCode};
pub use look_up::LookUp;
pub use report::SupportReport;
pub use retry_stop::RetryStop;
pub use store::StoreError;
pub use transport::{Delivery, TransportError};

/// Why a call failed. `Display` tells the operation, what happened, and how often it was tried.
///
/// ```
/// # use procountor_api::{Error, ErrorKind};
/// fn explain(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Invalid(_) => "nothing was sent: mend the request",
///         ErrorKind::Unauthorized(_) => "the client id, the client secret or the API key is wrong",
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
    retry_stop: Option<RetryStop>,
    context: Option<Arc<ErrorContext>>,
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
    Unauthorized(ApiError),
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
impl Error {
    pub(crate) fn new(operation: &'static Operation, attempts: u32, kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            operation: Some(operation),
            attempts,
            kind,
            retry_stop: None,
            context: None,
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
            retry_stop: None,
            context: None,
            look_up: None,
        }))
    }

    /// Adds where to look whether the request took effect.
    pub(crate) fn with_look_up(mut self, look_up: Option<LookUp>) -> Self {
        self.0.look_up = look_up.map(Box::new);
        self
    }

    /// Adds what a support report tells.
    pub(crate) fn with_context(mut self, context: Option<Arc<ErrorContext>>) -> Self {
        self.0.context = context;
        self
    }

    /// Adds why the request was not sent again.
    pub(crate) fn given_up(mut self, retry_stop: RetryStop) -> Self {
        self.0.retry_stop = Some(retry_stop);
        self
    }

    pub(crate) fn context(&self) -> Option<&ErrorContext> {
        self.0.context.as_deref()
    }

    /// Why the request was not sent again; `None` where it was not sent at all, or was answered with success.
    pub fn retry_stop(&self) -> Option<RetryStop> {
        self.0.retry_stop
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
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthorized(_))
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

impl ErrorKind {
    pub(crate) fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) | Self::Unauthorized(error) | Self::Reconnect(error) => Some(error),
            Self::OutcomeUnknown(kind) => kind.api(),
            _ => None,
        }
    }

    pub(crate) fn api_mut(&mut self) -> Option<&mut ApiError> {
        match self {
            Self::Api(error) | Self::Unauthorized(error) | Self::Reconnect(error) => Some(error),
            Self::OutcomeUnknown(kind) => kind.api_mut(),
            _ => None,
        }
    }
}
