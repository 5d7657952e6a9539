//! What can be asked of an error when it is to be decided what to do next.

use std::time::Duration;

use super::Delivery;
use super::{ApiMessage, Error, ErrorKind};
use crate::operation::Retry;

/// What to do next.
///
/// ```
/// use procountor_api::Error;
///
/// fn next(error: &Error) -> String {
///     if error.may_have_taken_effect() {
///         "look whether it happened".to_owned()
///     } else if error.is_temporary() {
///         format!("again, after {:?}", error.retry_after().unwrap_or_default())
///     } else if error.is_conflict() {
///         "read it again, change that, and write it".to_owned()
///     } else {
///         format!("a person must look: {error}")
///     }
/// }
/// ```
impl Error {
    /// The same call may succeed later, and it is safe to make it: nothing was done. No connection, no time, 429, 5xx, a
    /// token store that is busy.
    ///
    /// An error after which the operation may have taken effect is not temporary: look first.
    pub fn is_temporary(&self) -> bool {
        match self.kind() {
            ErrorKind::Transport(error) => error.delivery() != Delivery::Responded,
            ErrorKind::Api(error) => matches!(error.status, 408 | 425 | 429 | 500..),
            ErrorKind::TimedOut => true,
            ErrorKind::Store(error) => error.is_temporary(),
            _ => false,
        }
    }

    /// Nothing helps but a person: the credentials must be corrected, or the company connected again. An integration stops
    /// asking and tells its user.
    pub fn needs_person(&self) -> bool {
        let mut kind = self.kind();
        while let ErrorKind::OutcomeUnknown(inner) = kind {
            kind = inner;
        }
        match kind {
            ErrorKind::Unauthorized(_) | ErrorKind::Reconnect(_) => true,
            ErrorKind::Store(error) => !error.is_temporary(),
            _ => false,
        }
    }

    /// Somebody else changed or used it meanwhile: 409, or 400 that speaks of the version.
    ///
    /// The vendor's API says 409 for payroll, and 400 for an invoice whose `version` is stale; how that 400 is worded is not
    /// stated. Here it is one whose field is `version`, or whose code has that word.
    pub fn is_conflict(&self) -> bool {
        let of_version = |message: &ApiMessage| {
            let field = message.field.as_deref().unwrap_or_default();
            field
                .rsplit('.')
                .next()
                .is_some_and(|last| matches!(last, "version" | "invoiceVersion"))
                || message
                    .code()
                    .is_some_and(|code| code.split('_').any(|word| word == "VERSION"))
        };
        match self.kind() {
            ErrorKind::Api(error) if error.status == 409 => true,
            ErrorKind::Api(error) if error.status == 400 => error.messages.iter().any(of_version),
            _ => false,
        }
    }

    /// The operation may have taken effect, or has: its answer was lost, or came and cannot be read. Never so for a read.
    pub fn may_have_taken_effect(&self) -> bool {
        let changes = self
            .operation()
            .is_some_and(|operation| operation.retry != Retry::Safe);
        match self.kind() {
            ErrorKind::OutcomeUnknown(_) => true,
            ErrorKind::Decode { status, .. } => {
                changes && (200..300).contains(status) && self.attempts() > 0
            }
            _ => false,
        }
    }

    /// How long the server asked to wait (`Retry-After`), counted from its answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api().and_then(|error| error.retry_after)
    }
}

impl ErrorKind {
    /// A short name that never changes, for metrics: `outcome_unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::Invalid(_) => "invalid",
            Self::Unauthorized(_) => "unauthorized",
            Self::Reconnect(_) => "reconnect",
            Self::Store(_) => "store",
            Self::Api(_) => "api",
            Self::Transport(_) => "transport",
            Self::TimedOut => "timed_out",
            Self::Decode { .. } => "decode",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::Paging(_) => "paging",
            Self::Cursor(_) => "cursor",
        }
    }
}
