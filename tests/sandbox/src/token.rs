//! The credentials that the sandbox issues: API keys, authorization codes, refresh tokens and access tokens.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::credentials;

/// The principal of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// A program with an API key.
    Machine,
    /// A person who signed in.
    Person,
}

/// The credential that a code can be exchanged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The tokens of a person.
    Tokens,
    /// An API key.
    Key,
}

/// The settings of tokens.
#[derive(Clone, Debug)]
pub(crate) struct TokenSettings {
    /// The lifetime of an access token.
    pub(crate) lifetime: Duration,
    /// The lifetime of an authorization code.
    pub(crate) code_lifetime: Duration,
    /// Whether each use of a refresh token replaces it.
    pub(crate) rotate_refresh: bool,
    /// Whether errors have the format of OAuth instead of the API's.
    pub(crate) oauth_errors: bool,
    /// The redirect URI of the client.
    pub(crate) redirect_uri: String,
}

/// All issued credentials.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) settings: TokenSettings,
    keys: HashSet<String>,
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashSet<String>,
    keys_suspended: bool,
    rng: fastrand::Rng,
}

#[derive(Debug)]
struct Code {
    purpose: Purpose,
    expires: Instant,
    used: bool,
    /// The refresh token that the code was exchanged for.
    refresh_token: Option<String>,
}

#[derive(Debug)]
struct Access {
    principal: Principal,
    expires: Instant,
    /// The API key or the refresh token that the token was issued for.
    source: Option<String>,
}

impl Tokens {
    pub(crate) fn new(seed: u64, settings: TokenSettings) -> Self {
        // Sandboxes with the same seed must not accept each other's tokens, or a client that mixes up companies would
        // go unnoticed.
        let rng = fastrand::Rng::with_seed(seed ^ fastrand::u64(..));
        Self {
            settings,
            keys: HashSet::from([credentials::API_KEY.to_owned()]),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashSet::from([credentials::REFRESH_TOKEN.to_owned()]),
            keys_suspended: false,
            rng,
        }
    }

    /// Issues an access token for an API key or a refresh token.
    pub(crate) fn issue(
        &mut self,
        principal: Principal,
        source: Option<&str>,
        now: Instant,
    ) -> String {
        let token = self.random("at");
        self.access.retain(|_, access| access.expires > now);
        self.access.insert(
            token.clone(),
            Access {
                principal,
                expires: now + self.settings.lifetime,
                source: source.map(str::to_owned),
            },
        );
        token
    }

    /// Issues a refresh token.
    pub(crate) fn issue_refresh(&mut self) -> String {
        let token = self.random("rt");
        self.refresh.insert(token.clone());
        token
    }

    /// Returns the refresh token after a use of this one: the same, or its replacement.
    pub(crate) fn rotate_refresh(&mut self, refresh: &str) -> String {
        if !self.settings.rotate_refresh {
            return refresh.to_owned();
        }
        self.refresh.remove(refresh);
        self.issue_refresh()
    }

    pub(crate) fn has_refresh(&self, token: &str) -> bool {
        self.refresh.contains(token)
    }

    pub(crate) fn has_key(&self, key: &str) -> bool {
        !self.keys_suspended && self.keys.contains(key)
    }

    /// Issues a code, which can be used once within its lifetime.
    pub(crate) fn issue_code(&mut self, purpose: Purpose, now: Instant) -> String {
        let code = self.random("code");
        let expires = now + self.settings.code_lifetime;
        let fresh = Code {
            purpose,
            expires,
            used: false,
            refresh_token: None,
        };
        self.codes.insert(code.clone(), fresh);
        code
    }

    /// Uses a code; returns whether it was valid. A second use indicates theft and revokes the tokens of the first.
    pub(crate) fn use_code(&mut self, code: &str, purpose: Purpose, now: Instant) -> bool {
        let Some(known) = self.codes.get_mut(code) else {
            return false;
        };
        let good = !known.used && known.purpose == purpose && known.expires > now;
        let stolen = known.refresh_token.take();
        known.used = true;
        if let Some(refresh) = stolen {
            self.revoke_refresh(&refresh);
        }
        good
    }

    /// Stores which refresh token a code was exchanged for.
    pub(crate) fn link_code(&mut self, code: &str, refresh: &str) {
        if let Some(code) = self.codes.get_mut(code) {
            code.refresh_token = Some(refresh.to_owned());
        }
    }

    /// Issues an API key for the code of a key login.
    pub(crate) fn issue_key(&mut self, code: &str, now: Instant) -> Option<String> {
        self.use_code(code, Purpose::Key, now).then(|| {
            let key = self.random("key");
            self.keys.insert(key.clone());
            key
        })
    }

    /// Returns the principal of an access token that is valid.
    pub(crate) fn principal(&self, token: &str, now: Instant) -> Option<Principal> {
        self.access
            .get(token)
            .filter(|access| access.expires > now)
            .map(|access| access.principal)
    }

    /// Revokes an access token and its refresh token.
    pub(crate) fn revoke(&mut self, token: &str) {
        let source = self.access.remove(token).and_then(|access| access.source);
        if let Some(source) = source {
            self.refresh.remove(&source);
        }
    }

    /// Revokes a refresh token and its access tokens.
    pub(crate) fn revoke_refresh(&mut self, refresh: &str) {
        self.refresh.remove(refresh);
        self.access
            .retain(|_, access| access.source.as_deref() != Some(refresh));
    }

    /// Revokes an API key and its access tokens.
    pub(crate) fn revoke_key(&mut self, key: &str) {
        self.keys.remove(key);
        self.access
            .retain(|_, access| access.source.as_deref() != Some(key));
    }

    /// Revokes all access tokens.
    pub(crate) fn revoke_access(&mut self) {
        self.access.clear();
    }

    /// Revokes all refresh tokens and the access tokens of persons.
    pub(crate) fn revoke_refreshes(&mut self) {
        self.refresh.clear();
        self.access
            .retain(|_, access| access.principal != Principal::Person);
    }

    /// Revokes all access tokens and refresh tokens.
    pub(crate) fn change_password(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// Expires an access token.
    pub(crate) fn expire(&mut self, token: &str) {
        self.access.remove(token);
    }

    /// Revokes the access tokens of machines, and rejects API keys until [`Self::resume_keys`].
    pub(crate) fn suspend_keys(&mut self) {
        self.keys_suspended = true;
        self.access
            .retain(|_, access| access.principal != Principal::Machine);
    }

    /// Accepts API keys again.
    pub(crate) fn resume_keys(&mut self) {
        self.keys_suspended = false;
    }

    /// Returns all values that must not appear in a URL.
    pub(crate) fn secrets(&self) -> Vec<String> {
        std::iter::once(credentials::CLIENT_SECRET.to_owned())
            .chain(self.keys.iter().cloned())
            .chain(self.refresh.iter().cloned())
            .chain(self.access.keys().cloned())
            .chain(self.codes.keys().cloned())
            .collect()
    }

    /// Returns an unpredictable token.
    pub(crate) fn random(&mut self, kind: &str) -> String {
        format!("{kind}-{:016x}{:016x}", self.rng.u64(..), self.rng.u64(..))
    }
}
