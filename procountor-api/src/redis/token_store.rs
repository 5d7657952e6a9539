//! Tokens in Redis, for processes that share them.

use std::time::{Duration, SystemTime};

use redis::{AsyncCommands, ExistenceCheck, Script, SetExpiry, SetOptions};
use secrecy::zeroize::Zeroizing;

use super::PREFIX;
use super::connection::Link;
use crate::auth::{Lease, StoreError, StoreFuture, StoreKey, StoredTokens, TokenStore};

/// Keeps tokens in Redis (5 or later, or Valkey), so that many processes use one token, and normally ask for one.
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
/// **The tokens lie in Redis as they are**, and whoever reads them can open the company's books: give Redis a user of your
/// own with a password and the keys of this prefix only (an ACL), and use TLS (`rediss://`, with the feature `rustls`) where
/// the network is not your own. The keys hold no secrets; the password of the URL is not shown by errors nor by `Debug`.
///
/// **A refresh token must survive a crash of Redis**, or a person must log in again: set `appendonly yes` there, and no
/// eviction of keys. A machine's tokens need neither. A machine's tokens expire with the access token, those of a person
/// after [`keep`](Self::keep).
///
/// **Who asks for a token** first says so in Redis ([`TokenStore::lease`]), so the others wait for that token and do not ask
/// for one themselves. A process that ends meanwhile holds them up for ten seconds at most.
#[derive(Debug)]
pub struct RedisTokenStore {
    link: Link,
    prefix: String,
    keep: Duration,
    /// Who holds a lease: this store.
    holder: String,
    release: Script,
}

const PATIENCE: Duration = Duration::from_secs(2);
/// A refresh token lives for six months.
const KEEP: Duration = Duration::from_secs(60 * 60 * 24 * 190);
/// Only who holds a lease ends it.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

impl RedisTokenStore {
    /// The Redis at this URL: `redis://user:password@host:6379/0`, or `rediss://…` for TLS, which needs the feature
    /// `rustls`.
    ///
    /// # Errors
    /// The URL cannot be read. Whether anything is there is not looked at.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let mut holder = [0; 16];
        getrandom::fill(&mut holder)
            .map_err(|error| StoreError::new("there is no randomness").with_source(error))?;
        Ok(Self {
            link: Link::new(url, PATIENCE)?,
            prefix: PREFIX.to_owned(),
            keep: KEEP,
            holder: format!("{:032x}", u128::from_ne_bytes(holder)),
            release: Script::new(RELEASE),
        })
    }

    /// How long tokens with a refresh token are kept after they were saved last: 190 days, unless set, since a refresh token
    /// lives for six months.
    #[must_use]
    pub fn keep(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    /// What the keys in Redis begin with: `procountor`, unless set. They go on with `:tokens:` or `:lease:` and the
    /// [`StoreKey`].
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn key(&self, kind: &str, key: &StoreKey) -> String {
        format!("{}:{kind}:{}", self.prefix, key.as_str())
    }

    fn life(&self, tokens: &StoredTokens) -> Duration {
        match tokens.has_refresh_token() {
            true => self.keep,
            false => tokens
                .expires_at()
                .duration_since(SystemTime::now())
                .unwrap_or_default(),
        }
    }
}

/// Redis knows no time of zero.
fn expiry(time: Duration) -> SetExpiry {
    SetExpiry::PX(
        u64::try_from(time.as_millis())
            .unwrap_or(u64::MAX)
            .clamp(1, 1 << 48),
    )
}

impl TokenStore for RedisTokenStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        let key = self.key("tokens", key);
        Box::pin(async move {
            let loaded = self.link.ask(|mut connection| {
                let key = &key;
                async move { connection.get::<_, Option<Vec<u8>>>(key).await }
            });
            let Some(json) = loaded.await?.map(Zeroizing::new) else {
                return Ok(None);
            };
            let json = std::str::from_utf8(&json).unwrap_or_default();
            let tokens = StoredTokens::from_json(json).map_err(|error| {
                StoreError::new(format!("the key {key} in Redis cannot be used"))
                    .lasting()
                    .with_source(error)
            })?;
            Ok(Some(tokens))
        })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        let key = self.key("tokens", key);
        let (json, expiry) = (tokens.to_json(), expiry(self.life(tokens)));
        Box::pin(async move {
            let saved = self.link.ask(|mut connection| {
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
            let forgotten = self.link.ask(|mut connection| {
                let key = &key;
                async move { connection.del(key).await }
            });
            forgotten.await
        })
    }

    fn lease<'a>(&'a self, key: &'a StoreKey, time: Duration) -> StoreFuture<'a, Lease> {
        let key = self.key("lease", key);
        Box::pin(async move {
            let leased = self.link.ask(|mut connection| {
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
            let released = self.link.ask(|mut connection| {
                let mut release = self.release.prepare_invoke();
                release.key(&key).arg(&self.holder);
                async move { release.invoke_async(&mut connection).await }
            });
            released.await
        })
    }
}
