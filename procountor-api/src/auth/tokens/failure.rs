//! Why there is no token.

use std::time::Duration;

use tokio::time::Instant;

use crate::auth::grant::Grant;
use crate::error::{ApiError, ErrorKind};
use crate::retry::Failure;
use crate::transport::{Delivery, TransportError};

/// Why there is no token.
#[derive(Debug)]
pub(crate) struct TokenError {
    pub(crate) kind: ErrorKind,
    /// Set when it may help to ask again.
    pub(crate) failure: Option<Failure>,
}

/// The last time that the server gave no token. Calls that waited for the same answer share it, and nobody asks again
/// before the time is over.
#[derive(Debug)]
pub(super) struct TokenFailure {
    pub(super) at: Instant,
    pub(super) until: Instant,
    pub(super) no: TokenError,
}

impl TokenError {
    pub(super) fn of(kind: ErrorKind, failure: Option<Failure>) -> Self {
        Self { kind, failure }
    }

    /// How long the server wants to be left alone.
    pub(super) fn wait(&self) -> Option<Duration> {
        self.kind.api().and_then(|error| error.retry_after)
    }
}

impl TokenFailure {
    /// What happened, for one more call; how long to wait is counted from now.
    pub(super) fn again(&self) -> TokenError {
        let mut kind = match &self.no.kind {
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
        let left = self.until.saturating_duration_since(Instant::now());
        if let Some(error) = kind.api_mut() {
            error.retry_after = error.retry_after.map(|_| left);
        }
        TokenError::of(kind, self.no.failure)
    }
}

/// Nothing can be sent.
pub(super) fn unusable(grant: &Grant, reason: &'static str) -> TokenError {
    let error = ApiError::told(401, reason);
    let kind = match grant {
        // Its owner, who gave it, can give another; no person needs to log in.
        Grant::Token(_) => ErrorKind::Unauthorized(error),
        _ => ErrorKind::Reconnect(error),
    };
    TokenError::of(kind, None)
}
