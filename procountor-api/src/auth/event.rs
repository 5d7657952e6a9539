//! What happens around tokens that fails no call, and that somebody should know of.

use std::fmt;
use std::sync::Arc;

use crate::error::StoreError;
use crate::observe::Notifier;

/// Something about tokens that failed no call. [`ClientBuilder::on_token_event`](crate::ClientBuilder::on_token_event) hears of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum TokenEvent<'a> {
    /// The store could not be read; the client went on without it.
    NotLoaded(&'a StoreError),
    /// The tokens could not be kept. Nothing is lost but a token request after the next start.
    NotSaved(&'a StoreError),
    /// The server gave out a new refresh token, and it could not be kept. Until it is, the only copy is in this process:
    /// when that ends, a person must log in again. It is tried again every half minute as long as the client is used;
    /// [`Client::save_tokens`](crate::Client::save_tokens) tries at once, and
    /// [`Client::refresh_token`](crate::Client::refresh_token) hands it out.
    RefreshTokenAtRisk(&'a StoreError),
    /// It has been kept after all.
    RefreshTokenSafe,
    /// The store could not say whether another process is asking for a token. This one asks, or has asked.
    NotLeased(&'a StoreError),
    /// The tokens could not be removed from the store.
    NotForgotten(&'a StoreError),
}

impl fmt::Display for TokenEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoaded(error) => write!(f, "the token store could not be read: {error}"),
            Self::NotSaved(error) => write!(f, "the tokens could not be kept: {error}"),
            Self::RefreshTokenAtRisk(error) => write!(
                f,
                "a new refresh token could not be kept, and is lost when this process ends: {error}"
            ),
            Self::RefreshTokenSafe => f.write_str("the new refresh token has been kept after all"),
            Self::NotLeased(error) => write!(
                f,
                "the token store could not say whether another process asks for a token: {error}"
            ),
            Self::NotForgotten(error) => {
                write!(f, "the tokens could not be removed from the store: {error}")
            }
        }
    }
}

type Listen = dyn Fn(&TokenEvent<'_>) + Send + Sync;

/// Whoever wants to hear of it.
#[derive(Clone, Default)]
pub(crate) struct Listener(pub(crate) Option<Arc<Listen>>);

impl Listener {
    /// The one place that all notices pass through; metrics and traces hear of those that tell of a failure.
    pub(crate) fn tell(&self, notice: &TokenEvent<'_>, notifier: &Notifier) {
        if !matches!(notice, TokenEvent::RefreshTokenSafe) {
            notifier.store_failed("the token store", notice);
        }
        if let Some(listener) = &self.0 {
            listener(notice);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
