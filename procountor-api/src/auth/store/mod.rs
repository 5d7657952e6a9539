//! Where tokens outlive a process: the trait, and what is kept. `memory` and `file` are stores; a database is yours.

mod file;
mod memory;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::zeroize::Zeroizing;
use serde_json::Value;

use super::expiry::LONGEST;
use crate::error::StoreError;
use crate::wire::{Secret, encode_text};

pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

/// Keeps tokens, so that a process that starts again needs no new token and no new login.
///
/// The client asks it when it needs a token and has none, and tells it when the server gives one out. A store that fails
/// fails no call, except that of a client which has its refresh token from the store only. An operation that takes longer
/// than ten seconds is given up.
///
/// What is kept opens a company's books: encrypt it, or keep it where only the integration can read.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use procountor_api::auth::{Secret, StoreFuture, StoreKey, StoredTokens, TokenStore};
///
/// /// As a table of keys and texts would be.
/// #[derive(Debug, Default)]
/// struct Table(Mutex<HashMap<String, Secret>>);
///
/// impl TokenStore for Table {
///     fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
///         Box::pin(async move {
///             let text = self.0.lock().unwrap().get(key.as_str()).cloned();
///             text.map(|text| StoredTokens::from_json(text.expose())).transpose()
///         })
///     }
///     fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
///         Box::pin(async move {
///             self.0.lock().unwrap().insert(key.as_str().to_owned(), tokens.to_json());
///             Ok(())
///         })
///     }
///     fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
///         Box::pin(async move {
///             self.0.lock().unwrap().remove(key.as_str());
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// What is kept under the key; nothing is no error.
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>>;

    /// Keeps the tokens in the place of what was there. When it returns, they must survive a crash; when it fails, what was
    /// there must still be there: it may be the only refresh token that is safe.
    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()>;

    /// Removes what is there; nothing is no error.
    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()>;

    /// Whether this client may ask the server for a token now. When it may, nobody else may for this time, or until it is
    /// [released](Self::release): the others look for its token here, and ask the server themselves when the time is over.
    ///
    /// Without leases everybody may at any time. Then clients that start at once each ask for a token; and where a refresh
    /// token is replaced when it is used, one of two that use it at once may be refused.
    fn lease<'a>(&'a self, _key: &'a StoreKey, _time: Duration) -> StoreFuture<'a, Lease> {
        Box::pin(async { Ok(Lease::Unsupported) })
    }

    /// Ends what [`lease`](Self::lease) gave to this client. It comes after the tokens were saved.
    fn release<'a>(&'a self, _key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// Who may ask the server for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// This store has no leases, so everybody may.
    Unsupported,
    /// This client may, and nobody else.
    Given,
    /// Another client may.
    Taken,
}

/// What a store answers.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        (**self).load(key)
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        (**self).save(key, tokens)
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        (**self).forget(key)
    }

    fn lease<'a>(&'a self, key: &'a StoreKey, time: Duration) -> StoreFuture<'a, Lease> {
        (**self).lease(key, time)
    }

    fn release<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        (**self).release(key)
    }
}

/// Under what tokens are kept: host, kind of access, client id, and the name that you gave the company. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreKey(String);

/// What stands in a key as it is. A file system that takes `A` and `a` for one must not take two keys for one.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

impl StoreKey {
    pub(crate) fn new(parts: [&str; 4]) -> Self {
        let parts = parts.map(|part| {
            let encoded = utf8_percent_encode(part, PLAIN).to_string();
            let lower = encoded.chars().map(|letter| match letter {
                'A'..='Z' => format!("~{}", letter.to_ascii_lowercase()),
                _ => letter.to_string(),
            });
            lower.collect::<String>()
        });
        Self(parts.join("+"))
    }

    /// The key: ASCII, of small letters, digits and `-._~%+`, equal for equal clients.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tokens of a client, as they are kept.
#[derive(Clone)]
pub struct StoredTokens {
    pub(crate) access_token: Secret,
    pub(crate) expires_at: SystemTime,
    pub(crate) life: Duration,
    pub(crate) refresh_token: Option<Secret>,
    /// What they came from: a checksum of a machine's credentials, or the refresh token that a person's client began with.
    pub(crate) origin: Secret,
}

/// The form in which tokens are written.
const FORMAT: u64 = 1;

impl StoredTokens {
    /// When the access token expires. A refresh token lives longer, so do not forget an entry then that has one.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Whether there is a refresh token.
    pub fn has_refresh_token(&self) -> bool {
        self.refresh_token.is_some()
    }

    /// The tokens as JSON.
    pub fn to_json(&self) -> Secret {
        let expires_at = self.expires_at.duration_since(UNIX_EPOCH);
        let mut json = Zeroizing::new(String::with_capacity(4096));
        json.push_str(&format!(
            "{{\"format\":{FORMAT},\"expiresAt\":{},\"life\":{},\"accessToken\":",
            expires_at.unwrap_or_default().as_secs(),
            self.life.as_secs()
        ));
        encode_text(self.access_token.expose(), &mut json);
        if let Some(refresh_token) = &self.refresh_token {
            json.push_str(",\"refreshToken\":");
            encode_text(refresh_token.expose(), &mut json);
        }
        json.push_str(",\"origin\":");
        encode_text(self.origin.expose(), &mut json);
        json.push('}');
        Secret::new(json.as_str())
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// The text is something else. The error does not repeat it.
    pub fn from_json(json: &str) -> Result<Self, StoreError> {
        let strange = || StoreError::new("what is kept are no tokens; remove it").lasting();
        let mut json: Value = serde_json::from_str(json).map_err(|_| strange())?;
        if json.get("format").and_then(Value::as_u64) != Some(FORMAT) {
            return Err(strange());
        }
        let mut secret = |name: &str| match json.get_mut(name).map(Value::take) {
            Some(Value::String(text)) if !text.is_empty() => Some(Secret::new(text)),
            _ => None,
        };
        let (access_token, refresh_token) = (secret("accessToken"), secret("refreshToken"));
        let origin = secret("origin").ok_or_else(strange)?;
        let seconds = |name: &str| {
            json.get(name)
                .and_then(Value::as_u64)
                .map(Duration::from_secs)
        };
        let expires_at = seconds("expiresAt").and_then(|since| UNIX_EPOCH.checked_add(since));
        Ok(Self {
            access_token: access_token.ok_or_else(strange)?,
            expires_at: expires_at.ok_or_else(strange)?,
            life: seconds("life").ok_or_else(strange)?.min(LONGEST),
            refresh_token,
            origin,
        })
    }
}

impl fmt::Debug for StoredTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTokens")
            .field("expires_at", &self.expires_at)
            .field("has_refresh_token", &self.has_refresh_token())
            .finish_non_exhaustive()
    }
}
