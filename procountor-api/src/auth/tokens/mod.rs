//! The access token of a client: fetched once for all calls, renewed before it expires, kept in the store. How it is got is
//! in `renew`, what is known of it in `state`, and why there is none in `trouble`; what is asked and answered is in `form`
//! and `answer`, beside this.

mod failure;
mod renew;
mod state;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;
use url::Url;

use super::grant::Grant;
use super::store_handle::TokenStoreHandle;
use crate::error::ErrorKind;
use crate::retry::Failure;
use crate::transport::Sender;
use crate::transport::{Delivery, TransportError};
use crate::wire::Secret;
pub(crate) use failure::TokenError;
use renew::renew;
use state::State;
pub(crate) use state::Token;

/// The token of a client. Waiting calls queue at the mutex, so that one of them fetches and the others find it there, or
/// find why there is none.
#[derive(Debug)]
pub(crate) struct Tokens(Arc<Shared>);

/// What a token is fetched through.
#[derive(Debug)]
pub(crate) struct TokenEndpoint {
    pub(crate) endpoint: Url,
    pub(crate) logout: Url,
    pub(crate) sender: Arc<Sender>,
    pub(crate) shelf: Option<TokenStoreHandle>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) setup: TokenEndpoint,
    state: Arc<Mutex<State>>,
}

/// After this time it is tried again to keep a refresh token.
const SAVE_AGAIN: Duration = Duration::from_secs(30);
/// When a renewal fails while the token lives, it is tried again after this time, or what the server asks for.
const RENEW_AGAIN: Duration = Duration::from_secs(5);

impl Tokens {
    pub(crate) fn new(grant: Grant, setup: TokenEndpoint) -> Self {
        let state = State::new(grant, setup.sender.clock.now());
        Self(Arc::new(Shared {
            setup,
            state: Arc::new(Mutex::new(state)),
        }))
    }

    /// A token that is not about to expire, and is not the one that the server has `refused`.
    pub(crate) async fn get(&self, refused: Option<&Secret>) -> Result<Secret, TokenError> {
        let since = Instant::now();
        let mut state = self.lock().await;
        self.keep_what_is_at_risk(&mut state);
        if let Some(secret) = state.usable(since, refused) {
            return Ok(secret);
        }
        if let Some(trouble) = state.trouble.as_ref().filter(|trouble| since < trouble.at) {
            return Err(trouble.again());
        }
        let flight = renew(Arc::clone(&self.0), state, since, refused.cloned());
        // A task of its own: a call that is dropped meanwhile must not take a new refresh token with it.
        match tokio::spawn(flight).await {
            Ok(outcome) => outcome,
            Err(error) => {
                let error = TransportError::new(Delivery::Possible, "the token request broke off")
                    .with_source(error);
                Err(TokenError::of(
                    ErrorKind::Transport(error),
                    Some(Failure::LostAfter),
                ))
            }
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(crate) async fn lock(&self) -> OwnedMutexGuard<State> {
        Arc::clone(&self.0.state).lock_owned().await
    }

    /// Tries again to keep a refresh token, beside the calls.
    fn keep_what_is_at_risk(&self, state: &mut State) {
        let now = Instant::now();
        if state.at_risk.is_none_or(|when| now < when) {
            return;
        }
        state.at_risk = Some(now + SAVE_AGAIN);
        let (number, Some(tokens)) = (state.number, state.stored()) else {
            return;
        };
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move {
            let Some(shelf) = &shared.setup.shelf else {
                return;
            };
            if shelf.save(number, &tokens, true).await.is_ok() {
                let mut state = shared.state.lock().await;
                if state.number == number && state.at_risk.take().is_some() {
                    shelf.told_safe();
                }
            }
        });
    }
}
