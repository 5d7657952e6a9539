//! The tokens of a client: one token request for all waiting calls, renewal before the expiry, and storage.
//!
//! Calls that need a token queue at a mutex. The first of them renews the token ([`renew`]); the others then find the
//! new token, or the failure, in the [`state`]. A renewal is a task of its own, so that a call that is dropped does not
//! drop a new refresh token with it. After a rejection, the same credentials are sent again after ten seconds, or after
//! `Retry-After`.
//!
//! A new refresh token that cannot be saved stays in use. It is reported as an event and saved again with later calls.
//! A failure of the call would not help: the refresh token would be lost as well.

mod failure;
mod logout;
mod renew;
mod state;

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, timeout};

use super::event::TokenEvent;
use super::grant::Grant;
use super::store_handle::TokenStoreHandle;
use crate::error::{Error, ErrorKind};
use crate::retry::Failure;
use crate::transport::{Delivery, Sender, TransportError};
use crate::wire::Secret;
pub(crate) use failure::TokenError;
use renew::Renewal;
use state::State;

/// The interval at which the client tries again to save a refresh token.
const SAVE_RETRY_INTERVAL: Duration = Duration::from_secs(30);
/// The shortest time between two renewals while the old token is still valid.
const RENEWAL_RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The tokens of a client.
#[derive(Debug)]
pub(crate) struct Tokens(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    endpoint: TokenEndpoint,
    store: Option<TokenStoreHandle>,
    state: Arc<Mutex<State>>,
}

/// The endpoints for tokens, and the sender of their requests.
#[derive(Debug)]
pub(crate) struct TokenEndpoint {
    pub(crate) token: Uri,
    pub(crate) logout: Uri,
    pub(crate) sender: Arc<Sender>,
}

impl Tokens {
    pub(crate) fn new(
        grant: Box<dyn Grant>,
        endpoint: TokenEndpoint,
        store: Option<TokenStoreHandle>,
    ) -> Self {
        let state = State::new(grant, endpoint.sender.clock.now());
        Self(Arc::new(Shared {
            endpoint,
            store,
            state: Arc::new(Mutex::new(state)),
        }))
    }

    /// Returns a token that is not about to expire and is not the one that the server has rejected.
    pub(crate) async fn get(&self, rejected: Option<&Secret>) -> Result<Secret, TokenError> {
        let waiting_since = Instant::now();
        let mut state = self.lock().await;
        self.retry_save(&mut state);
        if let Some(token) = state.usable(waiting_since, rejected) {
            return Ok(token);
        }
        if let Some(failure) = state.failure.as_ref()
            && waiting_since < failure.failed_at
        {
            return Err(failure.error());
        }
        let renewal = Renewal {
            shared: Arc::clone(&self.0),
            state,
            waiting_since,
            rejected: rejected.cloned(),
        };
        match tokio::spawn(renewal.run()).await {
            Ok(outcome) => outcome,
            Err(error) => {
                let message = "the token request was aborted";
                let error = TransportError::new(Delivery::Possible, message).with_source(error);
                let kind = ErrorKind::Transport(error);
                Err(TokenError::new(kind, Some(Failure::LostAfter)))
            }
        }
    }

    /// Gets a token within this time, unless there is one.
    pub(crate) async fn authorize(&self, limit: Duration) -> Result<(), Error> {
        match timeout(limit, self.get(None)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::of_client(error.kind)),
            Err(_) => Err(Error::of_client(ErrorKind::TimedOut)),
        }
    }

    pub(crate) async fn refresh_token(&self) -> Option<Secret> {
        self.lock().await.grant.refresh_token().cloned()
    }

    /// Saves a refresh token that could not be saved before.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        let mut state = self.lock().await;
        let (Some(store), Some(stored), true) = (
            &self.0.store,
            state.to_stored(),
            state.retry_save_at.is_some(),
        ) else {
            return Ok(());
        };
        let saved = store.save(state.number, &stored, true).await;
        saved.map_err(|error| Error::of_client(ErrorKind::Store(error)))?;
        state.retry_save_at = None;
        store.notify(&TokenEvent::RefreshTokenSafe);
        Ok(())
    }

    async fn lock(&self) -> OwnedMutexGuard<State> {
        Arc::clone(&self.0.state).lock_owned().await
    }

    /// Saves a refresh token that could not be saved before, in the background and not with each call.
    fn retry_save(&self, state: &mut State) {
        let now = Instant::now();
        if state.retry_save_at.is_none_or(|time| now < time) {
            return;
        }
        state.retry_save_at = Some(now + SAVE_RETRY_INTERVAL);
        let (number, Some(stored)) = (state.number, state.to_stored()) else {
            return;
        };
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move {
            let Some(store) = &shared.store else {
                return;
            };
            if store.save(number, &stored, true).await.is_ok() {
                let mut state = shared.state.lock().await;
                if state.number == number && state.retry_save_at.take().is_some() {
                    store.notify(&TokenEvent::RefreshTokenSafe);
                }
            }
        });
    }
}
