//! The failure of a token request.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::ErrorKind;
use crate::retry::Failure;
use crate::transport::{Delivery, TransportError};

/// The error of a call that did not get a token.
#[derive(Debug)]
pub(crate) struct TokenError {
    pub(crate) kind: ErrorKind,
    /// The failure of the token request, if another one can succeed.
    pub(crate) failure: Option<Failure>,
}

impl TokenError {
    pub(super) fn new(kind: ErrorKind, failure: Option<Failure>) -> Self {
        Self { kind, failure }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.kind.api().and_then(|error| error.retry_after)
    }
}

/// The last failure. Calls that waited for the request share it, and no other request is sent before `retry_at`.
#[derive(Debug)]
pub(super) struct TokenFailure {
    pub(super) failed_at: Instant,
    pub(super) retry_at: Instant,
    pub(super) error: TokenError,
}

impl TokenFailure {
    /// Returns the error for another call, with the `Retry-After` that is left.
    pub(super) fn error(&self) -> TokenError {
        let mut kind = match &self.error.kind {
            ErrorKind::Api(error) => ErrorKind::Api(error.clone()),
            ErrorKind::Unauthorized(error) => ErrorKind::Unauthorized(error.clone()),
            ErrorKind::Reconnect(error) => ErrorKind::Reconnect(error.clone()),
            ErrorKind::TimedOut => ErrorKind::TimedOut,
            ErrorKind::Decode {
                status,
                error,
                body,
            } => ErrorKind::Decode {
                status: *status,
                error: error.clone(),
                body: body.clone(),
            },
            ErrorKind::Transport(error) => {
                ErrorKind::Transport(TransportError::new(error.delivery(), error.to_string()))
            }
            other => ErrorKind::Transport(TransportError::new(
                Delivery::NotConnected,
                other.to_string(),
            )),
        };
        let left = self.retry_at.saturating_duration_since(Instant::now());
        if let Some(error) = kind.api_mut() {
            error.retry_after = error.retry_after.map(|_| left);
        }
        TokenError::new(kind, self.error.failure)
    }
}
