//! Token stores: storage for tokens that outlive a process.
//!
//! A client reads its store before it requests a token: at the first call, and whenever another process can have
//! renewed the token. A stored refresh token replaces the one that the application passed if it came from that one by
//! rotation; a newer login replaces the stored one. The name in the key is chosen by the application, because an API
//! key does not identify its company, and a key derived from secrets would change with them.

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

use super::expiry::MAX_LIFETIME;
use crate::error::StoreError;
use crate::wire::{Secret, encode_text};

pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

/// Storage for tokens, so that a process that starts again needs neither a new token nor a new login.
///
/// The client loads tokens when it needs a token and does not have one, and saves them when the server has issued new
/// ones. A store that fails does not fail a call, unless the refresh token of the client is in the store only. An
/// operation that takes longer than ten seconds counts as failed.
///
/// Stored tokens give access to the company's data: encrypt them, or store them where only the integration can read.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use procountor_api::auth::{Secret, StoreFuture, StoreKey, StoredTokens, TokenStore};
///
/// /// Stands for a table of a database.
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
    /// Returns the tokens that are stored under the key, or `None` if there are none.
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>>;

    /// Saves the tokens, replacing those under the key.
    ///
    /// After a success, they must survive a crash. After a failure, the previous tokens must still be there: they can
    /// contain the only stored refresh token.
    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()>;

    /// Removes the tokens under the key, if there are any.
    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()>;

    /// Leases the right to request a token from the server, for this time or until it is [released](Self::release).
    ///
    /// The other clients with the same key wait for the new token to appear in the store, and request one themselves
    /// after the lease has ended. Without leases, clients that start at the same time each request a token; where a
    /// refresh token is replaced with each use, the server can reject one of two clients that use it at the same time.
    fn lease<'a>(&'a self, _key: &'a StoreKey, _time: Duration) -> StoreFuture<'a, Lease> {
        Box::pin(async { Ok(Lease::Unsupported) })
    }

    /// Ends the [lease](Self::lease) of this client, after the tokens were saved.
    fn release<'a>(&'a self, _key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// The result of [`TokenStore::lease`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The store does not support leases: every client can request a token.
    Unsupported,
    /// This client has the lease.
    Given,
    /// Another client has the lease.
    Taken,
}

/// The future of a [`TokenStore`] operation.
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

/// The key of stored tokens: host, kind of access, client id, and the name that was passed to
/// [`ClientBuilder::token_store`](crate::ClientBuilder::token_store). It does not contain a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreKey(String);

/// The characters that are not encoded, beside letters and digits. Capital letters become `~` and the small letter:
/// some file systems do not distinguish them.
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

    /// Returns the key as text: small ASCII letters, digits, and `-._~%+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tokens of a client in a store.
#[derive(Clone, Debug)]
pub struct StoredTokens {
    pub(super) access_token: Secret,
    pub(super) expires_at: SystemTime,
    pub(super) lifetime: Duration,
    pub(super) refresh_token: Option<Secret>,
    /// The identity of the credentials: a checksum of those of a machine, or the first refresh token of a person's
    /// client.
    pub(super) origin: Secret,
}

/// The version of the JSON format.
const FORMAT: u64 = 1;

impl StoredTokens {
    /// Returns the time at which the access token expires. A refresh token lives longer: do not remove an entry that
    /// [has one](Self::has_refresh_token) at that time.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Returns whether there is a refresh token.
    pub fn has_refresh_token(&self) -> bool {
        self.refresh_token.is_some()
    }

    /// Returns the tokens as JSON.
    pub fn to_json(&self) -> Secret {
        let expires_at = self.expires_at.duration_since(UNIX_EPOCH);
        let mut json = Zeroizing::new(String::with_capacity(4096));
        json.push_str(&format!(
            "{{\"format\":{FORMAT},\"expiresAt\":{},\"life\":{},\"accessToken\":",
            expires_at.unwrap_or_default().as_secs(),
            self.lifetime.as_secs()
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

    /// Reads the JSON of [`to_json`](Self::to_json).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such JSON. The error does not contain the text.
    pub fn from_json(json: &str) -> Result<Self, StoreError> {
        let invalid =
            || StoreError::new("the stored value is not a token set; remove it").lasting();
        let mut json: Value = serde_json::from_str(json).map_err(|_| invalid())?;
        if json.get("format").and_then(Value::as_u64) != Some(FORMAT) {
            return Err(invalid());
        }
        let mut secret = |name: &str| match json.get_mut(name).map(Value::take) {
            Some(Value::String(text)) if !text.is_empty() => Some(Secret::new(text)),
            _ => None,
        };
        let (access_token, refresh_token) = (secret("accessToken"), secret("refreshToken"));
        let origin = secret("origin").ok_or_else(invalid)?;
        let seconds = |name: &str| {
            json.get(name)
                .and_then(Value::as_u64)
                .map(Duration::from_secs)
        };
        let expires_at = seconds("expiresAt").and_then(|since| UNIX_EPOCH.checked_add(since));
        Ok(Self {
            access_token: access_token.ok_or_else(invalid)?,
            expires_at: expires_at.ok_or_else(invalid)?,
            lifetime: seconds("life").ok_or_else(invalid)?.min(MAX_LIFETIME),
            refresh_token,
            origin,
        })
    }
}
