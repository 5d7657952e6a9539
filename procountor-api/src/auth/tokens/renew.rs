//! Gets a token: from the store, from another process that requests one, or from the server.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout};

use super::failure::{TokenError, TokenFailure};
use super::state::State;
use super::{RENEWAL_RETRY_INTERVAL, SAVE_RETRY_INTERVAL, Shared};
use crate::auth::event::TokenEvent;
use crate::auth::refusal::RefusalKind;
use crate::auth::response::{self, Denied, Issued};
use crate::auth::store::Lease;
use crate::clock::from_now;
use crate::error::{ErrorKind, StoreError};
use crate::operation::secrets_of;
use crate::retry::Failure;
use crate::transport::{RetryAfter, Transport};
use crate::wire::Secret;

/// The time for a token request. All calls wait for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);
/// The pause after rejected credentials, so that a busy program does not send them with each call.
const REJECTION_PAUSE: Duration = Duration::from_secs(10);
/// The time in which another process saves the refresh token that it has just got.
const ROTATION_GRACE: Duration = Duration::from_secs(1);
/// The interval at which the store is read while another process has the lease.
const LEASE_POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The time to wait for a process that has the lease.
const LEASE_WAIT: Duration = Duration::from_secs(15);

/// A renewal of the token. It holds the lock of the state until it is complete.
pub(super) struct Renewal {
    pub(super) shared: Arc<Shared>,
    pub(super) state: OwnedMutexGuard<State>,
    pub(super) waiting_since: Instant,
    pub(super) rejected: Option<Secret>,
}

/// The result of waiting for the lease.
enum Turn {
    /// Another process has saved a token.
    Found(Secret),
    /// This process requests a token.
    Request(Lease),
}

impl Renewal {
    pub(super) async fn run(mut self) -> Result<Secret, TokenError> {
        let loaded = self.load().await;
        if let Some(token) = self.usable() {
            return Ok(token);
        }
        if self.state.grant.needs_store()
            && let Err(error) = loaded
        {
            let failure = Some(Failure::NoToken).filter(|_| error.is_temporary());
            return Err(TokenError::new(ErrorKind::Store(error), failure));
        }
        if let Some(failure) = &self.state.failure
            && Instant::now() < failure.retry_at
        {
            return Err(failure.error());
        }
        match self.request_in_turn().await {
            Ok(token) => {
                self.state.failure = None;
                Ok(token)
            }
            Err(error) => self.fall_back(error),
        }
    }

    fn usable(&self) -> Option<Secret> {
        self.state
            .usable(self.waiting_since, self.rejected.as_ref())
    }

    /// Uses the old token if it is still valid, and keeps the failure for other calls otherwise.
    fn fall_back(&mut self, error: TokenError) -> Result<Secret, TokenError> {
        let failed_at = Instant::now();
        let is_temporary = error.failure.is_some();
        let pause = if is_temporary {
            error.retry_after().unwrap_or_default()
        } else if self.state.grant.is_reusable() {
            REJECTION_PAUSE
        } else {
            Duration::ZERO
        };
        if is_temporary && let Some(token) = self.state.use_old(self.rejected.as_ref(), pause) {
            return Ok(token);
        }
        let failure = TokenFailure {
            failed_at,
            retry_at: from_now(pause),
            error,
        };
        let error = failure.error();
        self.state.failure = Some(failure);
        Err(error)
    }

    /// Requests a token, unless another process requests one and saves it.
    async fn request_in_turn(&mut self) -> Result<Secret, TokenError> {
        let lease = match self.wait_for_turn().await {
            Turn::Found(token) => return Ok(token),
            Turn::Request(lease) => lease,
        };
        let mut outcome = self.request().await;
        if let Err(error) = &outcome
            && matches!(error.kind, ErrorKind::Reconnect(_))
            && self.refresh_token_was_replaced().await
        {
            outcome = match self.usable() {
                Some(token) => Ok(token),
                None => self.request().await,
            };
        }
        self.release(lease).await;
        outcome
    }

    async fn wait_for_turn(&mut self) -> Turn {
        let shared = Arc::clone(&self.shared);
        let Some(store) = shared.store.as_ref().filter(|_| self.state.can_adopt()) else {
            return Turn::Request(Lease::Unsupported);
        };
        let wait_until = Instant::now() + LEASE_WAIT;
        loop {
            let lease = store.lease().await;
            if lease == Lease::Unsupported {
                return Turn::Request(lease);
            }
            // A token can have been saved just before the lease. A failure of the store was reported as an event.
            let _ = self.load().await;
            let mut found = self.usable();
            if lease == Lease::Taken && found.is_none() {
                let rejected = self.rejected.as_ref();
                found = self.state.use_old(rejected, RENEWAL_RETRY_INTERVAL);
            }
            if let Some(token) = found {
                self.release(lease).await;
                return Turn::Found(token);
            }
            if lease == Lease::Given || Instant::now() >= wait_until {
                return Turn::Request(lease);
            }
            sleep(LEASE_POLL_INTERVAL).await;
        }
    }

    async fn release(&self, lease: Lease) {
        if let (Some(store), Lease::Given) = (&self.shared.store, lease) {
            store.release().await;
        }
    }

    /// Sends a token request.
    async fn request(&mut self) -> Result<Secret, TokenError> {
        let endpoint = &self.shared.endpoint;
        let form = self.state.grant.form();
        let form = form.map_err(|kind| TokenError::new(kind, None))?;
        let grant_type = form.grant_type;
        let request = form.request(&endpoint.token);
        let secrets = secrets_of(&request);
        // The rate limit of the company includes token requests.
        endpoint.sender.limiter.admit_priority().await;
        let sent_at = Instant::now();
        let response = match timeout(REQUEST_TIMEOUT, endpoint.sender.send(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                // A response that is too long would be too long again.
                let failure = Some(Failure::from(&error)).filter(|it| *it != Failure::Unusable);
                return Err(self.spend(TokenError::new(ErrorKind::Transport(error), failure)));
            }
            Err(_) => {
                let error = TokenError::new(ErrorKind::TimedOut, Some(Failure::TimedOut));
                return Err(self.spend(error));
            }
        };
        let retry_after = response.extensions().get().map(|RetryAfter(wait)| *wait);
        let (status, was_valid) = (response.status().as_u16(), self.state.was_valid);
        match response::read(
            status,
            response.into_body(),
            grant_type,
            was_valid,
            &secrets,
        ) {
            Ok(issued) => Ok(self.accept(issued, sent_at).await),
            Err(Denied { refusal, mut kind }) => {
                let failure = match (refusal, status) {
                    (RefusalKind::Later, 429) => Some(Failure::TooMany),
                    (RefusalKind::Later, _) => Some(Failure::Server),
                    _ => None,
                };
                if let Some(error) = kind.api_mut() {
                    error.retry_after = retry_after.filter(|_| failure.is_some());
                }
                Err(self.spend(TokenError::new(kind, failure)))
            }
        }
    }

    /// Gives up a grant that is valid once, if the server can have used it.
    fn spend(&mut self, mut error: TokenError) -> TokenError {
        let unused = matches!(
            error.failure,
            Some(Failure::NoConnection | Failure::LostBefore | Failure::TooMany)
        );
        if !unused && let Some(grant) = self.state.grant.spent() {
            self.state.grant = grant;
            error.failure = None;
        }
        error
    }

    /// Takes the tokens of a response, and saves them before a call uses them.
    async fn accept(&mut self, issued: Issued, sent_at: Instant) -> Secret {
        let access_token = issued.access_token.clone();
        let now = self.shared.endpoint.sender.clock.now();
        let is_new = self.state.accept(issued, sent_at, now);
        if let (Some(store), Some(stored)) = (&self.shared.store, self.state.to_stored()) {
            let only_copy = is_new || self.state.retry_save_at.is_some();
            let saved = store.save(self.state.number, &stored, only_copy).await;
            let was_at_risk = self.state.retry_save_at.take().is_some();
            match saved {
                Ok(()) if was_at_risk => store.notify(&TokenEvent::RefreshTokenSafe),
                Err(_) if only_copy => {
                    self.state.retry_save_at = Some(Instant::now() + SAVE_RETRY_INTERVAL);
                }
                _ => {}
            }
        }
        access_token
    }

    /// Takes stored tokens that came from the same credentials.
    async fn load(&mut self) -> Result<(), StoreError> {
        if let Some(store) = &self.shared.store
            && self.state.can_adopt()
            && let Some(stored) = store.load().await?
        {
            let now = self.shared.endpoint.sender.clock.now();
            self.state.adopt(stored, now, self.rejected.as_ref());
        }
        Ok(())
    }

    /// Returns whether another process has saved another refresh token. Reads the store twice: the process can still be
    /// at it.
    async fn refresh_token_was_replaced(&mut self) -> bool {
        if !self.state.grant.uses_refresh_token() || self.shared.store.is_none() {
            return false;
        }
        let before = self.state.grant.refresh_token().cloned();
        for pause in [Duration::ZERO, ROTATION_GRACE] {
            sleep(pause).await;
            let loaded = self.load().await;
            if loaded.is_ok() && self.state.grant.refresh_token() != before.as_ref() {
                return true;
            }
        }
        false
    }
}
