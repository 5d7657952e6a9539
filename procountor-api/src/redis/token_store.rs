//! Tokens in Redis.

use std::time::{Duration, SystemTime};

use redis::{AsyncCommands, ExistenceCheck, Script, SetExpiry, SetOptions};
use secrecy::zeroize::Zeroizing;

use super::PREFIX;
use super::connection::Connection;
use crate::auth::{Lease, StoreError, StoreFuture, StoreKey, StoredTokens, TokenStore};

/// A token store in Redis that several processes share.
///
/// It needs Redis 5 or later, or Valkey. The processes use one access token, and normally one of them requests it.
///
/// ```
/// use procountor_api::{Environment, M2mCredentials, redis::RedisTokenStore, v2604};
///
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::new("shopClient", "client secret", "api key"))
///     .token_store(RedisTokenStore::new("redis://127.0.0.1:6379")?, "company 4711")
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
///
/// The tokens are stored in Redis unencrypted, and give access to the company's data. Create a Redis user with a password
/// that can use only the keys of this prefix (an ACL), and use TLS (`rediss://`, with the feature `rustls`) on networks that
/// are not your own. The names of the keys do not contain secrets. Errors and `Debug` do not show the password of the URL.
///
/// # Durability
///
/// If a refresh token is lost, the user must log in again. Set `appendonly yes` in Redis and disable the eviction of keys.
/// The access tokens of machines need neither, and expire in Redis by themselves; refresh tokens expire after
/// [`keep`](Self::keep).
///
/// # Leases
///
/// A process that requests a token first takes a lease in Redis ([`TokenStore::lease`]), and the others wait for its token. A
/// process that ends while it holds the lease delays them for ten seconds at most.
#[derive(Debug)]
pub struct RedisTokenStore {
    connection: Connection,
    prefix: String,
    keep: Duration,
    /// Identifies this store as the holder of a lease.
    holder: String,
    release: Script,
}

const QUERY_TIMEOUT: Duration = Duration::from_secs(2);
/// Longer than the six months for which a refresh token is valid.
const KEEP: Duration = Duration::from_secs(60 * 60 * 24 * 190);
/// Deletes a lease if this store holds it.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

impl RedisTokenStore {
    /// Creates a store in the Redis at this URL.
    ///
    /// The URL is `redis://user:password@host:6379/0`, or `rediss://…` for TLS, which needs the feature `rustls`.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid. The connection is not tested.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let mut holder = [0; 16];
        getrandom::fill(&mut holder).map_err(|error| {
            StoreError::new("no system randomness available").with_source(error)
        })?;
        Ok(Self {
            connection: Connection::new(url, QUERY_TIMEOUT)?,
            prefix: PREFIX.to_owned(),
            keep: KEEP,
            holder: format!("{:032x}", u128::from_ne_bytes(holder)),
            release: Script::new(RELEASE),
        })
    }

    /// Sets the time after which stored refresh tokens expire if they are not saved again (default: 190 days).
    ///
    /// A refresh token is valid for six months.
    #[must_use]
    pub fn keep(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    /// Sets the prefix of the keys in Redis (default: `procountor`).
    ///
    /// The keys are `<prefix>:tokens:<key>` and `<prefix>:lease:<key>`, with the [`StoreKey`].
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn key(&self, kind: &str, key: &StoreKey) -> String {
        format!("{}:{kind}:{}", self.prefix, key.as_str())
    }

    fn time_to_live(&self, tokens: &StoredTokens) -> Duration {
        if tokens.has_refresh_token() {
            return self.keep;
        }
        let left = tokens.expires_at().duration_since(SystemTime::now());
        left.unwrap_or_default()
    }
}

/// Returns an expiry of at least a millisecond, since Redis rejects zero.
fn expiry(time: Duration) -> SetExpiry {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    SetExpiry::PX(millis.clamp(1, 1 << 48))
}

impl TokenStore for RedisTokenStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        let key = self.key("tokens", key);
        Box::pin(async move {
            let loaded = self.connection.query(|mut connection| {
                let key = &key;
                async move { connection.get::<_, Option<Vec<u8>>>(key).await }
            });
            let Some(json) = loaded.await?.map(Zeroizing::new) else {
                return Ok(None);
            };
            let json = std::str::from_utf8(&json).unwrap_or_default();
            let tokens = StoredTokens::from_json(json).map_err(|error| {
                StoreError::new(format!("the Redis key {key} cannot be read"))
                    .lasting()
                    .with_source(error)
            })?;
            Ok(Some(tokens))
        })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        let key = self.key("tokens", key);
        let (json, expiry) = (tokens.to_json(), expiry(self.time_to_live(tokens)));
        Box::pin(async move {
            let saved = self.connection.query(|mut connection| {
                let options = SetOptions::default().with_expiration(expiry);
                let (key, json) = (&key, json.expose());
                async move { connection.set_options(key, json, options).await }
            });
            saved.await
        })
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        let key = self.key("tokens", key);
        Box::pin(async move {
            let forgotten = self.connection.query(|mut connection| {
                let key = &key;
                async move { connection.del(key).await }
            });
            forgotten.await
        })
    }

    fn lease<'a>(&'a self, key: &'a StoreKey, time: Duration) -> StoreFuture<'a, Lease> {
        let key = self.key("lease", key);
        Box::pin(async move {
            let leased = self.connection.query(|mut connection| {
                let options = SetOptions::default()
                    .conditional_set(ExistenceCheck::NX)
                    .with_expiration(expiry(time));
                let (key, holder) = (&key, &self.holder);
                async move {
                    let set: Option<String> = connection.set_options(key, holder, options).await?;
                    Ok(set.map_or(Lease::Taken, |_| Lease::Given))
                }
            });
            leased.await
        })
    }

    fn release<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        let key = self.key("lease", key);
        Box::pin(async move {
            let released = self.connection.query(|mut connection| {
                let mut release = self.release.prepare_invoke();
                release.key(&key).arg(&self.holder);
                async move { release.invoke_async(&mut connection).await }
            });
            released.await
        })
    }
}
