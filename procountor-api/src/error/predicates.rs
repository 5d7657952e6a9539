//! The predicates of an error.

use super::{ApiMessage, Delivery, Error, ErrorKind};
use crate::operation::Retry;

/// The predicates that decide the next step.
///
/// ```
/// use procountor_api::Error;
///
/// fn next_step(error: &Error) -> String {
///     if error.may_have_taken_effect() {
///         "look whether it took effect".to_owned()
///     } else if error.is_temporary() {
///         format!("try again after {:?}", error.retry_after().unwrap_or_default())
///     } else if error.is_conflict() {
///         "read it again, repeat the change, and send it".to_owned()
///     } else {
///         format!("ask a person: {error}")
///     }
/// }
/// ```
impl Error {
    /// Returns `true` if the same call can succeed later and is safe to repeat, because the operation did not take effect:
    /// after a lost connection, a timeout, 408, 425, 429, 5xx, or a token store that is unavailable for now.
    ///
    /// It returns `false` if the operation [may have taken effect](Self::may_have_taken_effect).
    pub fn is_temporary(&self) -> bool {
        match self.kind() {
            ErrorKind::Transport(error) => error.delivery() != Delivery::Responded,
            ErrorKind::Api(error) => matches!(error.status, 408 | 425 | 429 | 500..),
            ErrorKind::TimedOut => true,
            ErrorKind::Store(error) => error.is_temporary(),
            _ => false,
        }
    }

    /// Returns `true` if a person must correct the credentials, connect the company again, or repair the token store. Until
    /// then, further calls fail too.
    pub fn needs_person(&self) -> bool {
        match self.kind().root() {
            ErrorKind::Unauthorized(_) | ErrorKind::Reconnect(_) => true,
            ErrorKind::Store(error) => !error.is_temporary(),
            _ => false,
        }
    }

    /// Returns `true` if the operation may have taken effect: its response was lost, or is successful but cannot be decoded.
    /// It returns `false` for operations that only read.
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

    /// Returns `true` if the outcome is [unknown](ErrorKind::OutcomeUnknown) and must be looked up.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind(), ErrorKind::OutcomeUnknown(_))
    }

    /// Returns `true` if the resource was changed or is in use by another user: status 409, or 400 about its version.
    ///
    /// The vendor documents 409 for payroll, and 400 for an invoice with an outdated `version`, but not the body of that 400.
    /// It is recognized by a message whose field is `version` or `invoiceVersion`, or whose code has the word `VERSION`.
    pub fn is_conflict(&self) -> bool {
        let is_about_version = |message: &ApiMessage| {
            let field = message.field.as_deref().unwrap_or_default();
            let member = field.rsplit('.').next().unwrap_or_default();
            let code = message.code().unwrap_or_default();
            matches!(member, "version" | "invoiceVersion")
                || code.split('_').any(|word| word == "VERSION")
        };
        match self.kind() {
            ErrorKind::Api(error) if error.status == 400 => {
                error.messages.iter().any(is_about_version)
            }
            _ => self.has_status(409),
        }
    }

    /// Returns `true` if the resource does not exist, or this user does not have access to it (404).
    pub fn is_not_found(&self) -> bool {
        self.has_status(404)
    }

    /// Returns `true` if the request is invalid: by the checks before sending, or by the server (400).
    pub fn is_invalid(&self) -> bool {
        matches!(self.kind(), ErrorKind::Invalid(_)) || self.has_status(400)
    }

    /// Returns `true` if the credentials are wrong.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthorized(_))
    }

    /// Returns `true` if the server received too many requests (429).
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429)
    }

    fn has_status(&self, status: u16) -> bool {
        matches!(self.kind(), ErrorKind::Api(error) if error.status == status)
    }
}
