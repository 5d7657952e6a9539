//! Errors, and the decisions after an error.
//!
//! A call fails with an [`Error`]. Its [`kind`](Error::kind) is the cause. Its predicates decide what to do next:
//! [`is_temporary`](Error::is_temporary) (try again later), [`needs_person`](Error::needs_person) (ask a person) and
//! [`may_have_taken_effect`](Error::may_have_taken_effect) (look before sending it again). After an
//! [unknown outcome](ErrorKind::OutcomeUnknown), [`look_up`](Error::look_up) describes the request that finds out.
//! [`support_report`](Error::support_report) has the details that the vendor's support asks for.

mod api;
mod codes;
mod kind;
mod look_up;
mod predicates;
mod report;
mod retry_stop;
mod store;
mod text;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use crate::operation::{ErrorContext, Operation};

pub use crate::wire::{DecodeError, Violation};
pub(crate) use api::ErrorBody;
pub use api::{ApiError, ApiMessage};
pub use codes::{CODES, KnownCode};
pub use kind::ErrorKind;
pub use look_up::LookUp;
pub use report::SupportReport;
pub use retry_stop::RetryStop;
pub use store::StoreError;
pub use transport::{Delivery, TransportError};

/// The error of a call.
///
/// `Display` shows the operation, the cause, and the number of attempts.
///
/// ```
/// # use procountor_api::{Error, ErrorKind};
/// fn explain(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Invalid(_) => "not sent: correct the request",
///         ErrorKind::Unauthorized(_) => "the client id, the client secret or the API key is wrong",
///         ErrorKind::Reconnect(_) => "a person must connect the company again",
///         ErrorKind::Api(response) if response.status == 404 => "it does not exist, or this user does not have access to it",
///         ErrorKind::OutcomeUnknown(_) => "look whether it took effect before sending it again",
///         _ => "see the message",
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
    look_up: Option<Box<LookUp>>,
}

impl Error {
    pub(crate) fn new(operation: &'static Operation, attempts: u32, kind: ErrorKind) -> Self {
        let mut error = Self::of_client(kind);
        error.0.operation = Some(operation);
        error.0.attempts = attempts;
        error
    }

    pub(crate) fn settings(problems: Vec<String>) -> Self {
        Self::of_client(ErrorKind::Settings(problems))
    }

    /// Creates an error that does not belong to an operation.
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

    /// Adds how to look up whether the request took effect.
    pub(crate) fn with_look_up(mut self, look_up: Option<LookUp>) -> Self {
        self.0.look_up = look_up.map(Box::new);
        self
    }

    /// Adds the context for support reports.
    pub(crate) fn with_context(mut self, context: Option<Arc<ErrorContext>>) -> Self {
        self.0.context = context;
        self
    }

    /// Adds the reason why the request was not sent again.
    pub(crate) fn given_up(mut self, retry_stop: RetryStop) -> Self {
        self.0.retry_stop = Some(retry_stop);
        self
    }

    pub(crate) fn context(&self) -> Option<&ErrorContext> {
        self.0.context.as_deref()
    }

    /// Returns the reason why the request was not sent again, or `None` if it was not sent or the response was successful.
    pub fn retry_stop(&self) -> Option<RetryStop> {
        self.0.retry_stop
    }

    /// Returns the cause.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the operation that failed, or `None` if the error does not belong to an operation.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns the number of times that the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the error response, if one was received.
    pub fn api(&self) -> Option<&ApiError> {
        self.kind().api()
    }

    /// Returns the HTTP status, if a response was received.
    pub fn status(&self) -> Option<u16> {
        match self.kind() {
            ErrorKind::Decode { status, .. } => Some(*status),
            _ => self.api().map(|error| error.status),
        }
    }

    /// Returns the wait that the server requested (`Retry-After`), counted from its response.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api().and_then(|error| error.retry_after)
    }

    /// Returns the JSON that could not be decoded: the response body, or the row of a search.
    pub fn json(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Decode { body, .. } => std::str::from_utf8(body).ok(),
            _ => None,
        }
    }

    /// Returns how to look up whether the request took effect, if that is unknown.
    pub fn look_up(&self) -> Option<&LookUp> {
        self.0.look_up.as_deref()
    }

    /// Returns the violations of an invalid request that was not sent.
    pub fn violations(&self) -> &[Violation] {
        match self.kind() {
            ErrorKind::Invalid(violations) => violations,
            _ => &[],
        }
    }
}
