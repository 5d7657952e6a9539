//! The access token of a client: fetched once for all calls, renewed before it expires, kept in the store. What is asked and
//! answered is in `form` and `answer`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::answer::{self, Denied, Issued};
use super::credentials::{M2mCredentials, OnBehalfCredentials};
use super::form::Grant;
use super::lifetime::margin;
use super::refusal::Meaning;
use super::shelf::Shelf;
use super::store::{Lease, StoreError, StoredTokens};
use crate::clock::from_now;
use crate::error::{ApiError, ErrorKind};
use crate::outlet::{Outlet, RetryAfter};
use crate::redact::secrets_of;
use crate::retry::Failure;
use crate::transport::{Arrival, Transport, TransportError};
use crate::wire::Secret;

/// The token of a client. Waiting calls queue at the mutex, so that one of them fetches and the others find it there, or
/// find why there is none.
#[derive(Debug)]
pub(crate) struct Tokens(Arc<Shared>);

/// What a token is fetched through.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) endpoint: Url,
    pub(crate) logout: Url,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) shelf: Option<Shelf>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) setup: Setup,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) grant: Grant,
    pub(super) token: Option<Token>,
    /// The grant has been good for a token.
    worked: bool,
    trouble: Option<Trouble>,
    /// How many tokens the server has given out.
    pub(super) number: u64,
    /// A refresh token that is nowhere but here, and when it is tried again to keep it.
    pub(super) at_risk: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    /// When the server gave it to us; a token from the store has none.
    issued: Option<Instant>,
    renew_at: Instant,
    pub(super) expires: Instant,
    expires_at: SystemTime,
    life: Duration,
}

/// Why there is no token.
#[derive(Debug)]
pub(crate) struct NoToken {
    pub(crate) kind: ErrorKind,
    /// Set when it may help to ask again.
    pub(crate) failure: Option<Failure>,
}

/// The last time that the server gave no token. Calls that waited for the same answer share it, and nobody asks again
/// before the time is over.
#[derive(Debug)]
struct Trouble {
    at: Instant,
    until: Instant,
    no: NoToken,
}

/// A token request that takes longer is given up; it holds up all calls.
const FLIGHT: Duration = Duration::from_secs(90);
/// Credentials that were refused are not shown again for so long, so that a busy program does not hammer at a closed door.
const CLOSED: Duration = Duration::from_secs(10);
/// When a renewal fails while the token lives, it is tried again after this time, or what the server asks for.
const RENEW_AGAIN: Duration = Duration::from_secs(5);
/// After this time it is tried again to keep a refresh token.
const SAVE_AGAIN: Duration = Duration::from_secs(30);
/// Another process that has just changed the refresh token needs this long to keep it.
const OTHERS: Duration = Duration::from_secs(1);
/// While another process asks for a token, it is looked for this often, and for this long.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(15);
/// Longer than any process runs.
const A_LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

impl Tokens {
    pub(crate) fn new(grant: Grant, setup: Setup) -> Self {
        let token = match &grant {
            // It is used until the server refuses it.
            Grant::Token(secret) => Some(Token {
                secret: secret.clone(),
                issued: None,
                renew_at: Instant::now() + A_LIFETIME,
                expires: Instant::now() + A_LIFETIME,
                expires_at: setup.outlet.clock.now() + A_LIFETIME,
                life: A_LIFETIME,
            }),
            _ => None,
        };
        let state = State {
            grant,
            token,
            worked: false,
            trouble: None,
            number: 0,
            at_risk: None,
        };
        Self(Arc::new(Shared {
            setup,
            state: Arc::new(Mutex::new(state)),
        }))
    }

    /// A token that is not about to expire, and is not the one that the server has `refused`.
    pub(crate) async fn get(&self, refused: Option<&Secret>) -> Result<Secret, NoToken> {
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
                let error = TransportError::new(Arrival::Possible, "the token request broke off")
                    .with_source(error);
                Err(NoToken::of(
                    ErrorKind::Transport(error),
                    Some(Failure::LostAfter),
                ))
            }
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(super) async fn lock(&self) -> OwnedMutexGuard<State> {
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

/// Gets a token from the store or from the server. It holds the state until it is done.
async fn renew(
    shared: Arc<Shared>,
    mut state: OwnedMutexGuard<State>,
    since: Instant,
    refused: Option<Secret>,
) -> Result<Secret, NoToken> {
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
        return Err(NoToken::of(ErrorKind::Store(error), failure));
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
    let trouble = Trouble {
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
) -> Result<Secret, NoToken> {
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
async fn fetch(shared: &Shared, state: &mut State) -> Result<Secret, NoToken> {
    let setup = &shared.setup;
    let (request, shown) = match state.grant.request(&setup.endpoint) {
        Ok(request) => request,
        Err(reason) => return Err(unusable(&state.grant, reason)),
    };
    let secrets = secrets_of(&request);
    // A token call counts against the same limit as every other one.
    setup.outlet.limiter.admit().await;
    let asked_at = Instant::now();
    let sent = timeout(FLIGHT, setup.outlet.send(request)).await;
    let response = match sent {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            // An answer that cannot be taken will be the same again.
            let failure =
                Some(Failure::from(&error)).filter(|failure| *failure != Failure::Unusable);
            return Err(spend(
                state,
                NoToken::of(ErrorKind::Transport(error), failure),
            ));
        }
        Err(_) => {
            let no = NoToken::of(ErrorKind::TimedOut, Some(Failure::TimedOut));
            return Err(spend(state, no));
        }
    };
    let wait = response.extensions().get().map(|RetryAfter(wait)| *wait);
    let status = response.status().as_u16();
    match answer::read(status, response.into_body(), shown, state.worked, &secrets) {
        Ok(issued) => Ok(accept(shared, state, issued, asked_at).await),
        Err(Denied { meaning, mut kind }) => {
            let failure = match (meaning, status) {
                (Meaning::Later, 429) => Some(Failure::TooMany),
                (Meaning::Later, _) => Some(Failure::Server),
                _ => None,
            };
            if let Some(error) = kind.api_mut() {
                error.retry_after = wait.filter(|_| failure.is_some());
            }
            let no = NoToken::of(kind, failure);
            Err(spend(state, no))
        }
    }
}

/// A code is good once. When it may have been used, only a new login helps.
fn spend(state: &mut State, mut no: NoToken) -> NoToken {
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
        expires_at: shared.setup.outlet.clock.now() + life,
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
        state.adopt(stored, shared.setup.outlet.clock.now(), refused);
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

impl State {
    /// The token, if it may be used: it is not about to expire, or the call has waited for it, however short its life is.
    fn usable(&self, since: Instant, refused: Option<&Secret>) -> Option<Secret> {
        let token = self.token.as_ref()?;
        let fresh = token.issued.is_some_and(|issued| since <= issued);
        let good = (fresh || Instant::now() < token.renew_at) && refused != Some(&token.secret);
        good.then(|| token.secret.clone())
    }

    /// Whether what the store has may be of use. A refresh token that is not kept yet is newer than the one that is, and a
    /// login is newer than all.
    fn is_shared(&self) -> bool {
        self.at_risk.is_none() && matches!(self.grant, Grant::M2m(_) | Grant::OnBehalf(_))
    }

    /// The old token, which is as good as it was: it just cannot be renewed, and that is not tried again for this time.
    fn use_old(&mut self, refused: Option<&Secret>, hold: Duration) -> Option<Secret> {
        let now = Instant::now();
        let token = self.token.as_mut()?;
        if now >= token.expires || refused == Some(&token.secret) {
            return None;
        }
        token.renew_at = token.expires.min(from_now(hold.max(RENEW_AGAIN)));
        Some(token.secret.clone())
    }

    /// Takes a refresh token that came; true when it was not known.
    fn take_refresh_token(&mut self, issued: Option<Secret>) -> bool {
        match (&mut self.grant, issued) {
            (Grant::OnBehalf(credentials), Some(issued)) => {
                let changed = credentials.refresh_token.as_ref() != Some(&issued);
                credentials.refresh_token = Some(issued);
                changed
            }
            (Grant::Login(code, client_secret), Some(issued)) => {
                let (client_id, client_secret) =
                    (code.client_id().to_owned(), client_secret.clone());
                self.grant =
                    Grant::OnBehalf(OnBehalfCredentials::new(client_id, client_secret, issued));
                true
            }
            (Grant::Login(..), None) => {
                self.grant =
                    Grant::Gone("the login gave no refresh token; a person must log in again");
                false
            }
            _ => false,
        }
    }

    /// Takes stored tokens if they came from the same credentials.
    fn adopt(&mut self, stored: StoredTokens, now: SystemTime, refused: Option<&Secret>) {
        match &mut self.grant {
            Grant::M2m(credentials) if checksum(credentials) == stored.origin => {}
            Grant::OnBehalf(credentials) => {
                let known = credentials.refresh_token.as_ref();
                let same = known.is_none()
                    || known == Some(&stored.origin)
                    || known == stored.refresh_token.as_ref()
                    || credentials.origin.as_ref() == Some(&stored.origin);
                let Some(refresh_token) = stored.refresh_token.filter(|_| same) else {
                    return;
                };
                credentials.refresh_token = Some(refresh_token);
                credentials.origin = Some(stored.origin);
            }
            _ => return,
        }
        self.worked = true;
        let left = stored.expires_at.duration_since(now);
        // A clock that was set back does not make a token live longer.
        let left = left.unwrap_or_default().min(stored.life);
        let newer = self.token.as_ref().is_none_or(|token| {
            token.secret != stored.access_token && stored.expires_at >= token.expires_at
        });
        if refused == Some(&stored.access_token) || !newer || left.is_zero() {
            return;
        }
        let expires = Instant::now() + left;
        self.token = Some(Token {
            secret: stored.access_token,
            issued: None,
            renew_at: expires - margin(stored.life).min(left),
            expires,
            expires_at: stored.expires_at,
            life: stored.life,
        });
    }

    /// What is to be kept.
    pub(super) fn stored(&self) -> Option<StoredTokens> {
        let token = self.token.as_ref()?;
        let (origin, refresh_token) = match &self.grant {
            Grant::M2m(credentials) => (checksum(credentials), None),
            Grant::OnBehalf(credentials) => {
                let refresh_token = credentials.refresh_token.clone()?;
                let origin = credentials.origin.clone();
                (
                    origin.unwrap_or_else(|| refresh_token.clone()),
                    Some(refresh_token),
                )
            }
            _ => return None,
        };
        Some(StoredTokens {
            access_token: token.secret.clone(),
            expires_at: token.expires_at,
            life: token.life,
            refresh_token,
            origin,
        })
    }
}

/// Tells apart the credentials of two companies that were given one name by mistake. It says nothing of them; should the
/// standard library count differently one day, that costs one token request.
fn checksum(credentials: &M2mCredentials) -> Secret {
    let mut hasher = DefaultHasher::new();
    credentials.client_id.hash(&mut hasher);
    credentials.client_secret.expose().hash(&mut hasher);
    credentials.api_key.expose().hash(&mut hasher);
    Secret::new(format!("{:016x}", hasher.finish()))
}

impl NoToken {
    fn of(kind: ErrorKind, failure: Option<Failure>) -> Self {
        Self { kind, failure }
    }

    /// How long the server wants to be left alone.
    fn wait(&self) -> Option<Duration> {
        self.kind.api().and_then(|error| error.retry_after)
    }
}

impl Trouble {
    /// What happened, for one more call; how long to wait is counted from now.
    fn again(&self) -> NoToken {
        let mut kind = match &self.no.kind {
            ErrorKind::Api(error) => ErrorKind::Api(error.clone()),
            ErrorKind::Unauthorised(error) => ErrorKind::Unauthorised(error.clone()),
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
                ErrorKind::Transport(TransportError::new(error.arrival(), error.to_string()))
            }
            other => {
                ErrorKind::Transport(TransportError::new(Arrival::Impossible, other.to_string()))
            }
        };
        let left = self.until.saturating_duration_since(Instant::now());
        if let Some(error) = kind.api_mut() {
            error.retry_after = error.retry_after.map(|_| left);
        }
        NoToken::of(kind, self.no.failure)
    }
}

/// Nothing can be sent.
fn unusable(grant: &Grant, reason: &'static str) -> NoToken {
    let error = ApiError::told(401, reason);
    let kind = match grant {
        // Its owner, who gave it, can give another; no person needs to log in.
        Grant::Token(_) => ErrorKind::Unauthorised(error),
        _ => ErrorKind::Reconnect(error),
    };
    NoToken::of(kind, None)
}
