//! What is known of the token, and of what it was got with.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::RENEW_AGAIN;
use super::failure::TokenFailure;
use crate::auth::credentials::{M2mCredentials, OnBehalfCredentials};
use crate::auth::expiry::margin;
use crate::auth::grant::Grant;
use crate::auth::store::StoredTokens;
use crate::clock::from_now;
use crate::wire::Secret;

/// Longer than any process runs.
const A_LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) grant: Grant,
    pub(crate) token: Option<Token>,
    /// The grant has been good for a token.
    pub(super) worked: bool,
    pub(super) trouble: Option<TokenFailure>,
    /// How many tokens the server has given out.
    pub(crate) number: u64,
    /// A refresh token that is nowhere but here, and when it is tried again to keep it.
    pub(crate) at_risk: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) secret: Secret,
    /// When the server gave it to us; a token from the store has none.
    pub(super) issued: Option<Instant>,
    pub(super) renew_at: Instant,
    pub(crate) expires: Instant,
    pub(super) expires_at: SystemTime,
    pub(super) life: Duration,
}
impl State {
    /// Nothing but what a token is got with. One that the user got elsewhere is used until the server refuses it.
    pub(super) fn new(grant: Grant, clock: SystemTime) -> Self {
        let token = match &grant {
            Grant::Token(secret) => Some(Token {
                secret: secret.clone(),
                issued: None,
                renew_at: Instant::now() + A_LIFETIME,
                expires: Instant::now() + A_LIFETIME,
                expires_at: clock + A_LIFETIME,
                life: A_LIFETIME,
            }),
            _ => None,
        };
        Self {
            grant,
            token,
            worked: false,
            trouble: None,
            number: 0,
            at_risk: None,
        }
    }

    /// The token, if it may be used: it is not about to expire, or the call has waited for it, however short its life is.
    pub(super) fn usable(&self, since: Instant, refused: Option<&Secret>) -> Option<Secret> {
        let token = self.token.as_ref()?;
        let fresh = token.issued.is_some_and(|issued| since <= issued);
        let good = (fresh || Instant::now() < token.renew_at) && refused != Some(&token.secret);
        good.then(|| token.secret.clone())
    }

    /// Whether what the store has may be of use. A refresh token that is not kept yet is newer than the one that is, and a
    /// login is newer than all.
    pub(super) fn is_shared(&self) -> bool {
        self.at_risk.is_none() && matches!(self.grant, Grant::M2m(_) | Grant::OnBehalf(_))
    }

    /// The old token, which is as good as it was: it just cannot be renewed, and that is not tried again for this time.
    pub(super) fn use_old(&mut self, refused: Option<&Secret>, hold: Duration) -> Option<Secret> {
        let now = Instant::now();
        let token = self.token.as_mut()?;
        if now >= token.expires || refused == Some(&token.secret) {
            return None;
        }
        token.renew_at = token.expires.min(from_now(hold.max(RENEW_AGAIN)));
        Some(token.secret.clone())
    }

    /// Takes a refresh token that came; true when it was not known.
    pub(super) fn take_refresh_token(&mut self, issued: Option<Secret>) -> bool {
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
    pub(super) fn adopt(
        &mut self,
        stored: StoredTokens,
        now: SystemTime,
        refused: Option<&Secret>,
    ) {
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
    pub(crate) fn stored(&self) -> Option<StoredTokens> {
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
