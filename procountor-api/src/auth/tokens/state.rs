//! The current token, and the grant that it came from.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::RENEWAL_RETRY_INTERVAL;
use super::failure::TokenFailure;
use crate::auth::expiry::renewal_margin;
use crate::auth::grant::{Accepted, Grant};
use crate::auth::response::Issued;
use crate::auth::store::StoredTokens;
use crate::clock::from_now;
use crate::wire::Secret;

/// The assumed lifetime of an access token that the application passed: longer than a process runs.
const UNLIMITED: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

#[derive(Debug)]
pub(super) struct State {
    pub(super) grant: Box<dyn Grant>,
    pub(super) token: Option<Token>,
    /// Set once the grant has given a token.
    pub(super) was_valid: bool,
    pub(super) failure: Option<TokenFailure>,
    /// The number of the current tokens: how many the server has issued.
    pub(super) number: u64,
    /// The time to save the refresh token again. `Some` while its only copy is here.
    pub(super) retry_save_at: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    /// The time of the response. `None` for a token that came from elsewhere.
    issued_at: Option<Instant>,
    renew_at: Instant,
    pub(super) valid_until: Instant,
    /// `valid_until` on the wall clock.
    expires_at: SystemTime,
    lifetime: Duration,
}

impl Token {
    fn new(
        secret: Secret,
        (valid_until, expires_at): (Instant, SystemTime),
        left: Duration,
        lifetime: Duration,
    ) -> Self {
        Self {
            secret,
            issued_at: None,
            renew_at: valid_until - renewal_margin(lifetime).min(left),
            valid_until,
            expires_at,
            lifetime,
        }
    }
}

impl State {
    pub(super) fn new(grant: Box<dyn Grant>, now: SystemTime) -> Self {
        let token = grant.access_token().map(|token| {
            let until = (Instant::now() + UNLIMITED, now + UNLIMITED);
            Token::new(token.clone(), until, UNLIMITED, UNLIMITED)
        });
        Self {
            grant,
            token,
            was_valid: false,
            failure: None,
            number: 0,
            retry_save_at: None,
        }
    }

    /// Returns the token unless it is about to expire. A call that has waited for a new token uses it, however short
    /// its lifetime is.
    pub(super) fn usable(
        &self,
        waiting_since: Instant,
        rejected: Option<&Secret>,
    ) -> Option<Secret> {
        let token = self.token.as_ref()?;
        let is_new = token.issued_at.is_some_and(|time| waiting_since <= time);
        let usable = is_new || Instant::now() < token.renew_at;
        (usable && rejected != Some(&token.secret)).then(|| token.secret.clone())
    }

    /// Returns the token although it could not be renewed, if it is still valid. The next renewal comes after this
    /// pause.
    pub(super) fn use_old(&mut self, rejected: Option<&Secret>, pause: Duration) -> Option<Secret> {
        let token = self.token.as_mut()?;
        if Instant::now() >= token.valid_until || rejected == Some(&token.secret) {
            return None;
        }
        let renew_at = from_now(pause.max(RENEWAL_RETRY_INTERVAL));
        token.renew_at = token.valid_until.min(renew_at);
        Some(token.secret.clone())
    }

    /// Returns whether stored tokens can replace these. A refresh token that is not saved yet is newer than the stored
    /// one, and a login is newer than all.
    pub(super) fn can_adopt(&self) -> bool {
        self.retry_save_at.is_none() && self.grant.is_reusable()
    }

    /// Takes the tokens of a response. Returns whether there is a refresh token that is not stored anywhere yet.
    pub(super) fn accept(&mut self, issued: Issued, sent_at: Instant, now: SystemTime) -> bool {
        let Issued {
            access_token,
            refresh_token,
            lifetime,
        } = issued;
        let is_new = match self.grant.accept(refresh_token) {
            Accepted::Unchanged => false,
            Accepted::NewRefreshToken => true,
            Accepted::Replaced(grant) => {
                self.grant = grant;
                true
            }
        };
        self.was_valid = true;
        self.number += 1;
        let until = (sent_at + lifetime, now + lifetime);
        self.token = Some(Token {
            issued_at: Some(Instant::now()),
            ..Token::new(access_token, until, lifetime, lifetime)
        });
        is_new
    }

    /// Takes stored tokens if they came from the same credentials, and the access token among them if it is newer.
    pub(super) fn adopt(
        &mut self,
        stored: StoredTokens,
        now: SystemTime,
        rejected: Option<&Secret>,
    ) {
        if !self.grant.adopt(&stored) {
            return;
        }
        self.was_valid = true;
        let left = stored.expires_at.duration_since(now);
        // A clock that was set back does not extend the lifetime.
        let left = left.unwrap_or_default().min(stored.lifetime);
        let is_newer = self.token.as_ref().is_none_or(|token| {
            token.secret != stored.access_token && stored.expires_at >= token.expires_at
        });
        if rejected == Some(&stored.access_token) || !is_newer || left.is_zero() {
            return;
        }
        let until = (Instant::now() + left, stored.expires_at);
        let token = Token::new(stored.access_token, until, left, stored.lifetime);
        self.token = Some(token);
    }

    /// Returns the tokens to save, unless the grant cannot use stored tokens.
    pub(super) fn to_stored(&self) -> Option<StoredTokens> {
        let token = self.token.as_ref()?;
        Some(StoredTokens {
            origin: self.grant.origin()?,
            access_token: token.secret.clone(),
            expires_at: token.expires_at,
            lifetime: token.lifetime,
            refresh_token: self.grant.refresh_token().cloned(),
        })
    }
}
