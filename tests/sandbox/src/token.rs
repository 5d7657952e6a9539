//! The access and refresh tokens that the sandbox has given out.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::credentials;

/// Who stands behind a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A program with an API key.
    Machine,
    /// A person who signed in.
    Person,
}

/// All tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    lifetime: Duration,
    access: HashMap<String, Access>,
    refresh: Vec<String>,
    key_revoked: bool,
    rng: fastrand::Rng,
}

#[derive(Debug)]
struct Access {
    holder: Holder,
    expires: Instant,
    refresh: Option<String>,
}

impl Tokens {
    pub(crate) fn new(seed: u64, lifetime: Duration) -> Self {
        let refresh = vec![credentials::REFRESH_TOKEN.to_owned()];
        // Tokens of equal sandboxes must not fit each other: that would hide a client that mixes up companies.
        let rng = fastrand::Rng::with_seed(seed ^ fastrand::u64(..));
        Self {
            lifetime,
            access: HashMap::new(),
            refresh,
            key_revoked: false,
            rng,
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A new access token.
    pub(crate) fn issue(&mut self, holder: Holder, refresh: Option<&str>, now: Instant) -> String {
        let token = self.opaque("at");
        self.access.retain(|_, access| access.expires > now);
        self.access.insert(
            token.clone(),
            Access {
                holder,
                expires: now + self.lifetime,
                refresh: refresh.map(str::to_owned),
            },
        );
        token
    }

    /// A new refresh token.
    pub(crate) fn issue_refresh(&mut self) -> String {
        let token = self.opaque("rt");
        self.refresh.push(token.clone());
        token
    }

    pub(crate) fn has_refresh(&self, token: &str) -> bool {
        self.refresh.iter().any(|known| known == token)
    }

    /// Who holds a token, unless it has expired or never was.
    pub(crate) fn holder(&self, token: &str, now: Instant) -> Option<Holder> {
        self.access
            .get(token)
            .filter(|access| access.expires > now)
            .map(|access| access.holder)
    }

    /// Ends a token, and the refresh token that it came from.
    pub(crate) fn revoke(&mut self, token: &str) {
        let refresh = self.access.remove(token).and_then(|access| access.refresh);
        self.refresh.retain(|known| Some(known) != refresh.as_ref());
    }

    /// Ends an access token before its time.
    pub(crate) fn expire(&mut self, token: &str) {
        self.access.remove(token);
    }

    /// Ends every token and refresh token, as a new password does.
    pub(crate) fn end_all(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// Ends the API key, and the tokens that came from it.
    pub(crate) fn revoke_key(&mut self) {
        self.key_revoked = true;
        self.access
            .retain(|_, access| access.holder != Holder::Machine);
    }

    pub(crate) fn restore_key(&mut self) {
        self.key_revoked = false;
    }

    pub(crate) fn key_revoked(&self) -> bool {
        self.key_revoked
    }

    /// Everything that must never stand in a URL.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let fixed = [credentials::CLIENT_SECRET, credentials::API_KEY].map(str::to_owned);
        fixed
            .into_iter()
            .chain(self.refresh.iter().cloned())
            .chain(self.access.keys().cloned())
            .collect()
    }

    fn opaque(&mut self, kind: &str) -> String {
        format!("{kind}-{:016x}{:016x}", self.rng.u64(..), self.rng.u64(..))
    }
}
