//! Gets a token: from the store, from another process that is fetching one, or from the server.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout};

use super::failure::{TokenError, TokenFailure, unusable};
use super::state::{State, Token};
use super::{RENEW_AGAIN, SAVE_AGAIN, Shared};
use crate::auth::credentials::OnBehalfCredentials;
use crate::auth::expiry::margin;
use crate::auth::grant::Grant;
use crate::auth::refusal::RefusalKind;
use crate::auth::response::{self, Denied, Issued};
use crate::auth::store::Lease;
use crate::clock::from_now;
use crate::error::{ErrorKind, StoreError};
use crate::operation::secrets_of;
use crate::retry::Failure;
use crate::transport::RetryAfter;
use crate::transport::Transport;
use crate::wire::Secret;

/// A token request that takes longer is given up; it holds up all calls.
const FLIGHT: Duration = Duration::from_secs(90);
/// Credentials that were refused are not shown again for so long, so that a busy program does not hammer at a closed door.
const CLOSED: Duration = Duration::from_secs(10);
/// Another process that has just changed the refresh token needs this long to keep it.
const OTHERS: Duration = Duration::from_secs(1);
/// While another process asks for a token, it is looked for this often, and for this long.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(15);

/// Gets a token from the store or from the server. It holds the state until it is done.
pub(super) async fn renew(
    shared: Arc<Shared>,
    mut state: OwnedMutexGuard<State>,
    since: Instant,
    refused: Option<Secret>,
) -> Result<Secret, TokenError> {
    let refused = refused.as_ref();
    let state = &mut *state;
    let looked = look_up(&shared, state, refused).await;
    if let Some(secret) = state.usable(since, refused) {
        return Ok(secret);
    }
    if let (
        Grant::OnBehalf(OnBehalfCredentials {
            refresh_token: None,
            ..
        }),
        Err(error),
    ) = (&state.grant, looked)
    {
        let failure = Some(Failure::NoToken).filter(|_| error.is_temporary());
        return Err(TokenError::of(ErrorKind::Store(error), failure));
    }
    let now = Instant::now();
    if let Some(trouble) = state.trouble.as_ref().filter(|trouble| now < trouble.until) {
        return Err(trouble.again());
    }
    let fetched = fetch_in_turn(&shared, state, since, refused).await;
    let no = match fetched {
        Ok(secret) => {
            state.trouble = None;
            return Ok(secret);
        }
        Err(no) => no,
    };
    let now = Instant::now();
    let hold = match (&no.failure, no.wait()) {
        (Some(_), wait) => wait.unwrap_or_default(),
        (None, _) if state.grant.is_renewable() => CLOSED,
        (None, _) => Duration::ZERO,
    };
    if no.failure.is_some()
        && let Some(secret) = state.use_old(refused, hold)
    {
        return Ok(secret);
    }
    let trouble = TokenFailure {
        at: now,
        // The server may ask for more time than there is.
        until: from_now(hold),
        no,
    };
    let again = trouble.again();
    state.trouble = Some(trouble);
    Err(again)
}

/// Asks the server, unless another process is asking: then its token is the answer.
async fn fetch_in_turn(
    shared: &Shared,
    state: &mut State,
    since: Instant,
    refused: Option<&Secret>,
) -> Result<Secret, TokenError> {
    let shelf = shared.setup.shelf.as_ref();
    let shelf = shelf.filter(|_| state.is_shared());
    let mut leased = Lease::Unsupported;
    if let Some(shelf) = shelf {
        let until = Instant::now() + PATIENCE;
        loop {
            leased = shelf.lease().await;
            if leased == Lease::Unsupported {
                break;
            }
            // It may have come between the last look and the lease. A store that fails has been told.
            let _ = look_up(shared, state, refused).await;
            let found = state.usable(since, refused);
            let found = match leased {
                Lease::Taken => found.or_else(|| state.use_old(refused, RENEW_AGAIN)),
                _ => found,
            };
            if let Some(secret) = found {
                if leased == Lease::Given {
                    shelf.release().await;
                }
                return Ok(secret);
            }
            if leased == Lease::Given || Instant::now() >= until {
                break;
            }
            sleep(LOOK_AGAIN).await;
        }
    }
    let mut fetched = fetch(shared, state).await;
    if matches!(&fetched, Err(no) if matches!(no.kind, ErrorKind::Reconnect(_))) {
        for pause in [Duration::ZERO, OTHERS] {
            if changed_by_others(shared, state, refused, pause).await {
                fetched = match state.usable(since, refused) {
                    Some(secret) => Ok(secret),
                    None => fetch(shared, state).await,
                };
                break;
            }
        }
    }
    if let (Some(shelf), Lease::Given) = (shelf, leased) {
        shelf.release().await;
    }
    fetched
}

/// Asks the server.
async fn fetch(shared: &Shared, state: &mut State) -> Result<Secret, TokenError> {
    let setup = &shared.setup;
    let (request, shown) = match state.grant.request(&setup.endpoint) {
        Ok(request) => request,
        Err(reason) => return Err(unusable(&state.grant, reason)),
    };
    let secrets = secrets_of(&request);
    // A token call counts against the same limit as every other one.
    setup.sender.limiter.admit().await;
    let asked_at = Instant::now();
    let sent = timeout(FLIGHT, setup.sender.send(request)).await;
    let response = match sent {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            // An answer that cannot be taken will be the same again.
            let failure =
                Some(Failure::from(&error)).filter(|failure| *failure != Failure::Unusable);
            return Err(spend(
                state,
                TokenError::of(ErrorKind::Transport(error), failure),
            ));
        }
        Err(_) => {
            let no = TokenError::of(ErrorKind::TimedOut, Some(Failure::TimedOut));
            return Err(spend(state, no));
        }
    };
    let wait = response.extensions().get().map(|RetryAfter(wait)| *wait);
    let status = response.status().as_u16();
    match response::read(status, response.into_body(), shown, state.worked, &secrets) {
        Ok(issued) => Ok(accept(shared, state, issued, asked_at).await),
        Err(Denied { meaning, mut kind }) => {
            let failure = match (meaning, status) {
                (RefusalKind::Later, 429) => Some(Failure::TooMany),
                (RefusalKind::Later, _) => Some(Failure::Server),
                _ => None,
            };
            if let Some(error) = kind.api_mut() {
                error.retry_after = wait.filter(|_| failure.is_some());
            }
            let no = TokenError::of(kind, failure);
            Err(spend(state, no))
        }
    }
}

/// A code is good once. When it may have been used, only a new login helps.
fn spend(state: &mut State, mut no: TokenError) -> TokenError {
    let unused = matches!(
        no.failure,
        Some(Failure::NoConnection | Failure::LostBefore | Failure::TooMany)
    );
    if matches!(state.grant, Grant::Login(..)) && !unused {
        state.grant =
            Grant::Gone("the code of the login has been used; a person must log in again");
        no.failure = None;
    }
    no
}

/// Takes what the server gave, and keeps it before anybody uses it.
async fn accept(shared: &Shared, state: &mut State, issued: Issued, asked_at: Instant) -> Secret {
    let Issued {
        access_token,
        refresh_token,
        life,
    } = issued;
    let changed = state.take_refresh_token(refresh_token);
    state.worked = true;
    state.number += 1;
    let expires = asked_at + life;
    state.token = Some(Token {
        secret: access_token.clone(),
        issued: Some(Instant::now()),
        renew_at: expires - margin(life),
        expires,
        expires_at: shared.setup.sender.clock.now() + life,
        life,
    });
    if let (Some(shelf), Some(tokens)) = (&shared.setup.shelf, state.stored()) {
        let precious = changed || state.at_risk.is_some();
        let saved = shelf.save(state.number, &tokens, precious).await;
        let was_at_risk = state.at_risk.take().is_some();
        match saved {
            Ok(()) if was_at_risk => shelf.told_safe(),
            Err(_) if precious => state.at_risk = Some(Instant::now() + SAVE_AGAIN),
            _ => {}
        }
    }
    access_token
}

/// Takes what the store has, if it belongs to this client.
async fn look_up(
    shared: &Shared,
    state: &mut State,
    refused: Option<&Secret>,
) -> Result<(), StoreError> {
    let Some(shelf) = &shared.setup.shelf else {
        return Ok(());
    };
    if !state.is_shared() {
        return Ok(());
    }
    if let Some(stored) = shelf.load().await? {
        state.adopt(stored, shared.setup.sender.clock.now(), refused);
    }
    Ok(())
}

/// Whether another process has put another refresh token, or a token, into the store.
async fn changed_by_others(
    shared: &Shared,
    state: &mut State,
    refused: Option<&Secret>,
    pause: Duration,
) -> bool {
    let Grant::OnBehalf(credentials) = &state.grant else {
        return false;
    };
    if shared.setup.shelf.is_none() {
        return false;
    }
    let before = credentials.refresh_token.clone();
    sleep(pause).await;
    if look_up(shared, state, refused).await.is_err() {
        return false;
    }
    matches!(&state.grant, Grant::OnBehalf(after) if after.refresh_token != before)
}
