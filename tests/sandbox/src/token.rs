//! What the sandbox has refresh_token out that opens the company: API keys, login codes, refresh tokens, access tokens.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::credentials;

/// Who stands behind a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// A program with an API key.
    Machine,
    /// A person who signed in.
    Person,
}

/// What a code is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Tokens of a person.
    Tokens,
    /// An API key.
    Key,
}

/// How the sandbox deals with what it gives out.
#[derive(Clone, Debug)]
pub(crate) struct TokenSettings {
    /// How long an access token lives.
    pub(crate) lifetime: Duration,
    /// How long a code lives.
    pub(crate) code_lifetime: Duration,
    /// Whether a refresh token is replaced whenever it is used.
    pub(crate) rotate_refresh: bool,
    /// Whether refusals are told in the words of OAuth.
    pub(crate) oauth_errors: bool,
    /// The redirect URI that is stored for the client.
    pub(crate) redirect_uri: String,
}

/// All tokens.
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
    /// What it was exchanged for, which ends when it is shown again.
    refresh_token: Option<String>,
}

#[derive(Debug)]
struct Access {
    principal: Principal,
    expires: Instant,
    /// The API key or the refresh token.
    source: Option<String>,
}

impl Tokens {
    pub(crate) fn new(seed: u64, settings: TokenSettings) -> Self {
        // Tokens of equal sandboxes must not fit each other: that would hide a client that mixes up companies.
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

    /// A new access token, from an API key or a refresh token.
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

    /// A new refresh token.
    pub(crate) fn issue_refresh(&mut self) -> String {
        let token = self.random("rt");
        self.refresh.insert(token.clone());
        token
    }

    /// The refresh token after a use of this one: itself, or another in its place.
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

    /// A new code, good once and for a short time.
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

    /// Uses up a code. One that is shown twice has been stolen once: what it was exchanged for ends.
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

    /// Remembers what a code was exchanged for.
    pub(crate) fn link_code(&mut self, code: &str, refresh: &str) {
        if let Some(code) = self.codes.get_mut(code) {
            code.refresh_token = Some(refresh.to_owned());
        }
    }

    /// A new API key for the code of a key login.
    pub(crate) fn issue_key(&mut self, code: &str, now: Instant) -> Option<String> {
        self.use_code(code, Purpose::Key, now).then(|| {
            let key = self.random("key");
            self.keys.insert(key.clone());
            key
        })
    }

    /// Who holds a token, unless it has expired or never was.
    pub(crate) fn principal(&self, token: &str, now: Instant) -> Option<Principal> {
        self.access
            .get(token)
            .filter(|access| access.expires > now)
            .map(|access| access.principal)
    }

    /// Ends a token, and the refresh token that it came from.
    pub(crate) fn revoke(&mut self, token: &str) {
        let source = self.access.remove(token).and_then(|access| access.source);
        if let Some(source) = source {
            self.refresh.remove(&source);
        }
    }

    /// Ends a refresh token, and the access tokens that came from it.
    pub(crate) fn revoke_refresh(&mut self, refresh: &str) {
        self.refresh.remove(refresh);
        self.access
            .retain(|_, access| access.source.as_deref() != Some(refresh));
    }

    /// Ends an API key, and the access tokens that came from it.
    pub(crate) fn revoke_key(&mut self, key: &str) {
        self.keys.remove(key);
        self.access
            .retain(|_, access| access.source.as_deref() != Some(key));
    }

    /// Ends all access tokens.
    pub(crate) fn revoke_access(&mut self) {
        self.access.clear();
    }

    /// Ends all refresh tokens, and the access tokens of persons.
    pub(crate) fn revoke_refreshes(&mut self) {
        self.refresh.clear();
        self.access
            .retain(|_, access| access.principal != Principal::Person);
    }

    /// Ends every token and refresh token, as a new password does.
    pub(crate) fn change_password(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// Ends an access token before its time.
    pub(crate) fn expire(&mut self, token: &str) {
        self.access.remove(token);
    }

    /// Ends the tokens of machines, and takes no API key for a while.
    pub(crate) fn suspend_keys(&mut self) {
        self.keys_suspended = true;
        self.access
            .retain(|_, access| access.principal != Principal::Machine);
    }

    /// Takes the API keys again.
    pub(crate) fn resume_keys(&mut self) {
        self.keys_suspended = false;
    }

    /// Everything that must never stand in a URL.
    pub(crate) fn secrets(&self) -> Vec<String> {
        std::iter::once(credentials::CLIENT_SECRET.to_owned())
            .chain(self.keys.iter().cloned())
            .chain(self.refresh.iter().cloned())
            .chain(self.access.keys().cloned())
            .chain(self.codes.keys().cloned())
            .collect()
    }

    /// Something that nobody knows yet.
    pub(crate) fn random(&mut self, kind: &str) -> String {
        format!("{kind}-{:016x}{:016x}", self.rng.u64(..), self.rng.u64(..))
    }
}
