//! A rate limit that several processes share: its settings, and the script in Redis that decides.

use std::time::Duration;

use redis::Script;
use tokio::sync::Mutex;

use super::PREFIX;
use super::connection::Link;
use super::coordinator::{Decide, Decision, Walk};
use super::timing::{HORIZON, LONGEST, PATIENCE, Spans};
use crate::error::StoreError;
use crate::rate::{AcquireFuture, SharedLimit};

/// The rate limit of a company that several processes share, kept in Redis (5 or later, or Valkey): together they stay below
/// it. Give it to [`RateLimiter::shared`](crate::rate::RateLimiter::shared) in each of them, with the same settings.
///
/// ```
/// use procountor_api::{rate::{RateLimit, RateLimiter}, redis::RedisRateLimit};
///
/// // The limit is one of the company at one host, so both are in the name.
/// let shared = RedisRateLimit::new("redis://127.0.0.1:6379", "company 4711, production")?.processes(2);
/// let limiter = RateLimiter::shared(RateLimit::per_second(60.0), shared);
/// # let _ = limiter;
/// # Ok::<(), procountor_api::auth::StoreError>(())
/// ```
///
/// Nothing is connected until the first call. Redis' own clock counts, so those of the machines may differ.
///
/// **Without Redis** no call fails. Calls wait for two or three seconds, in which it may come back; then each
/// process keeps its part of the limit by itself, so [`processes`](Self::processes) must not be less than there are, and the
/// [`Observer`](crate::observe::Observer) is told with each request. A process that loses Redis alone does so too: its part then comes
/// on top of what the others send.
///
/// **After some seconds without any request**, and when Redis is new, each process keeps its part for a second and a half:
/// Redis does not know then whether it was away.
///
/// **After a 429** all processes slow down, not only the one that was told.
#[derive(Debug)]
pub struct RedisRateLimit {
    redis: Decider,
    processes: u32,
    leeway: Duration,
    walk: Mutex<Walk>,
}

#[derive(Debug)]
struct Decider {
    link: Link,
    script: Script,
    prefix: String,
    name: String,
}

const SCRIPT: &str = include_str!("limit.lua");
const MOST_LEEWAY: Duration = Duration::from_millis(250);
/// A longer interval, after a 429, holds for all so long after it was asked for.
const SLOW: Duration = Duration::from_secs(10);
/// When nobody has asked for so long, Redis forgets the limit.
const KEPT: Duration = Duration::from_secs(60 * 60 * 24);

impl RedisRateLimit {
    /// The limit with this name, in the Redis at this URL: `redis://user:password@host:6379/0`, or `rediss://…` for TLS,
    /// which needs the feature `rustls`.
    ///
    /// # Errors
    /// The URL cannot be read. Whether anything is there is not looked at.
    pub fn new(url: &str, name: impl Into<String>) -> Result<Self, StoreError> {
        Ok(Self {
            redis: Decider {
                link: Link::new(url, PATIENCE)?,
                script: Script::new(SCRIPT),
                prefix: PREFIX.to_owned(),
                name: name.into(),
            },
            processes: 4,
            leeway: Duration::from_millis(50),
            walk: Mutex::default(),
        })
    }

    /// How many processes share the limit at most: 4, unless set. Count what starts while others end, and each limiter of a
    /// process that has several. While Redis is away each keeps this part of the limit. Where a second has less than one
    /// request for each, they are together below the limit in a minute, and not in every second.
    ///
    /// # Panics
    /// The number is 0.
    #[must_use]
    pub fn processes(mut self, processes: u32) -> Self {
        assert!(processes > 0, "a limit is shared by at least one process");
        self.processes = processes;
        self
    }

    /// How much later than planned a request may reach the server: 50 ms, unless set, and 250 ms at most. Half of it is
    /// for this machine and Redis, which must answer within that; the rest is for the way to the server. So much less of the
    /// limit is used: 5 % with 50 ms.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.min(MOST_LEEWAY);
        self
    }

    /// What the key in Redis begins with: `procountor`, unless set. It goes on with `:limit:` and the name.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.redis.prefix = prefix.into();
        self
    }
}

impl SharedLimit for RedisRateLimit {
    fn take(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_> {
        Box::pin(async move {
            if interval.is_zero() {
                return Ok(Duration::ZERO);
            }
            let spans = Spans::new(interval, self.processes, self.leeway);
            let mut walk = self.walk.lock().await;
            walk.turn(&self.redis, &spans, longest).await
        })
    }
}

impl Decide for Decider {
    async fn decide(&self, spans: &Spans, longest: Duration) -> Result<Decision, String> {
        let key = format!("{}:limit:{}", self.prefix, self.name);
        let arguments = arguments(spans, longest);
        let answer = self.link.ask(|mut connection| {
            let mut decision = self.script.prepare_invoke();
            decision.key(&key);
            decision.arg(&arguments);
            async move { decision.invoke_async(&mut connection).await }
        });
        answer
            .await
            .map(decision)
            .map_err(|error| error.to_string())
    }
}

/// What the script is told: microseconds, and the life of the key in milliseconds.
fn arguments(spans: &Spans, longest: Duration) -> [u64; 8] {
    let longest = longest.min(LONGEST);
    let Spans { interval, .. } = *spans;
    let times = [
        interval, longest, HORIZON, spans.gap, spans.idle, spans.warm, SLOW,
    ];
    let mut arguments = [0; 8];
    for (argument, time) in arguments.iter_mut().zip(times) {
        *argument = micros(time);
    }
    arguments[7] = u64::try_from(KEPT.as_millis()).unwrap_or(u64::MAX);
    arguments
}

fn decision((kind, time): (u8, u64)) -> Decision {
    let time = Duration::from_micros(time);
    match kind {
        0 => Decision::Place(time),
        1 => Decision::Share(time),
        _ => Decision::Later(time),
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
