//! Token events that do not fail a call.

use std::fmt;
use std::sync::Arc;

use crate::error::StoreError;
use crate::observe::{Notifier, Store};

/// A token event that did not fail a call: see [`ClientBuilder::on_token_event`](crate::ClientBuilder::on_token_event).
#[derive(Debug)]
#[non_exhaustive]
pub enum TokenEvent<'a> {
    /// The token store could not be read. The client continued without it.
    NotLoaded(&'a StoreError),
    /// The tokens could not be saved. The next start of the program costs a token request.
    NotSaved(&'a StoreError),
    /// A new refresh token could not be saved, and its only copy is in this process. If the process ends, a person must
    /// log in again.
    ///
    /// The client tries again to save it every 30 seconds while it is used.
    /// [`Client::save_tokens`](crate::Client::save_tokens) tries at once, and
    /// [`Client::refresh_token`](crate::Client::refresh_token) returns the refresh token.
    RefreshTokenAtRisk(&'a StoreError),
    /// The refresh token of an earlier [`RefreshTokenAtRisk`](Self::RefreshTokenAtRisk) has been saved.
    RefreshTokenSafe,
    /// The token store could not grant or end a [lease](crate::auth::TokenStore::lease). The client continued without
    /// it.
    NotLeased(&'a StoreError),
    /// The tokens could not be removed from the token store.
    NotForgotten(&'a StoreError),
}

impl fmt::Display for TokenEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (problem, error) = match self {
            Self::RefreshTokenSafe => return f.write_str("the new refresh token has been saved"),
            Self::NotLoaded(error) => ("the token store could not be read", error),
            Self::NotSaved(error) => ("the tokens could not be saved", error),
            Self::RefreshTokenAtRisk(error) => {
                let problem =
                    "a new refresh token could not be saved, and is lost when this process ends";
                (problem, error)
            }
            Self::NotLeased(error) => ("the token store could not lease the token request", error),
            Self::NotForgotten(error) => (
                "the tokens could not be removed from the token store",
                error,
            ),
        };
        write!(f, "{problem}: {error}")
    }
}

type Callback = dyn Fn(&TokenEvent<'_>) + Send + Sync;

/// The application's callback for token events, if it set one.
#[derive(Clone, Default)]
pub(crate) struct TokenListener(pub(crate) Option<Arc<Callback>>);

impl TokenListener {
    /// Reports an event to the callback, and a failure also to metrics and traces.
    pub(super) fn notify(&self, event: &TokenEvent<'_>, notifier: &Notifier) {
        if !matches!(event, TokenEvent::RefreshTokenSafe) {
            notifier.store_failed(Store::Tokens, event);
        }
        if let Some(callback) = &self.0 {
            callback(event);
        }
    }
}

impl fmt::Debug for TokenListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_set = self.0.is_some();
        f.debug_tuple("TokenListener").field(&is_set).finish()
    }
}
