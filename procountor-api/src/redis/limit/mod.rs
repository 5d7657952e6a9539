//! The rate limit in Redis: its settings, and the script that grants permits.

use std::time::Duration;

use redis::Script;
use tokio::sync::Mutex;

use super::PREFIX;
use super::connection::Connection;
use super::coordinator::{Decision, LimiterState, PermitServer};
use super::timing::{LONGEST, MAX_RESERVATION, PERMIT_TIMEOUT, Timing};
use crate::error::StoreError;
use crate::rate::{AcquireFuture, SharedLimit};

/// A rate limit in Redis that several processes of a company share.
///
/// It needs Redis 5 or later, or Valkey. Give it to [`RateLimiter::shared`](crate::rate::RateLimiter::shared) in each
/// process, with the same settings.
///
/// ```
/// use procountor_api::{rate::{RateLimit, RateLimiter}, redis::RedisRateLimit};
///
/// // The limit belongs to the company at one host, so the name has both.
/// let shared = RedisRateLimit::new("redis://127.0.0.1:6379", "company 4711, production")?.processes(2);
/// let limiter = RateLimiter::shared(RateLimit::per_second(60.0), shared);
/// # let _ = limiter;
/// # Ok::<(), procountor_api::auth::StoreError>(())
/// ```
///
/// The first call opens the connection. Time is measured by the clock of Redis, so the clocks of the machines can differ.
///
/// # Without Redis
///
/// Calls do not fail. They wait for two to three seconds, in which Redis can come back. Then each process sends its local
/// quota, the limit divided by [`processes`](Self::processes), and the [`Observer`](crate::observe::Observer) is notified of
/// each request. If only one process loses Redis, its local quota adds to the traffic of the others.
///
/// Redis cannot know whether it was away after a pause of some seconds without requests, and when it is new. Then each
/// process uses its local quota for about a second and a half.
///
/// # After a 429
///
/// All processes slow down, not only the one that received the 429.
#[derive(Debug)]
pub struct RedisRateLimit {
    redis: Redis,
    processes: u32,
    leeway: Duration,
    state: Mutex<LimiterState>,
}

#[derive(Debug)]
struct Redis {
    connection: Connection,
    script: Script,
    prefix: String,
    name: String,
}

const SCRIPT: &str = include_str!("script.lua");
const MAX_LEEWAY: Duration = Duration::from_millis(250);
/// The time for which the longest interval of any process, after a 429, applies to all.
const SLOW_FOR: Duration = Duration::from_secs(10);
/// The time after the last query until Redis deletes the limit.
const EXPIRY: Duration = Duration::from_secs(60 * 60 * 24);

impl RedisRateLimit {
    /// Creates a limit with this name in the Redis at this URL.
    ///
    /// The URL is `redis://user:password@host:6379/0`, or `rediss://…` for TLS, which needs the feature `rustls`.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid. The connection is not tested.
    pub fn new(url: &str, name: impl Into<String>) -> Result<Self, StoreError> {
        Ok(Self {
            redis: Redis {
                connection: Connection::new(url, PERMIT_TIMEOUT)?,
                script: Script::new(SCRIPT),
                prefix: PREFIX.to_owned(),
                name: name.into(),
            },
            processes: 4,
            leeway: Duration::from_millis(50),
            state: Mutex::default(),
        })
    }

    /// Sets the largest number of limiters that share the limit at one time (default: 4).
    ///
    /// Count every limiter of every process, and those that start while others end. If a second has less than one request
    /// for each, the local quotas are within the limit per minute, not per second.
    ///
    /// # Panics
    ///
    /// Panics if the number is 0.
    #[must_use]
    pub fn processes(mut self, processes: u32) -> Self {
        assert!(processes > 0, "`processes` must be at least 1");
        self.processes = processes;
        self
    }

    /// Sets the most by which a request can reach the server late (default: 50 ms, at most 250 ms).
    ///
    /// Half of it is for the query, so Redis must respond within that time; the rest is for the network to the server. The
    /// same fraction of a second of the limit is not used: 5 % with 50 ms.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.min(MAX_LEEWAY);
        self
    }

    /// Sets the prefix of the key in Redis (default: `procountor`). The key is `<prefix>:limit:<name>`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.redis.prefix = prefix.into();
        self
    }
}

impl SharedLimit for RedisRateLimit {
    fn acquire(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_> {
        Box::pin(async move {
            if interval.is_zero() {
                return Ok(Duration::ZERO);
            }
            let timing = Timing::new(interval, self.processes, self.leeway);
            let mut state = self.state.lock().await;
            state.acquire(&self.redis, &timing, longest).await
        })
    }
}

impl PermitServer for Redis {
    async fn request(&self, timing: &Timing, longest: Duration) -> Result<Decision, String> {
        let key = format!("{}:limit:{}", self.prefix, self.name);
        let arguments = arguments(timing, longest);
        let response = self.connection.query(|mut connection| {
            let mut script = self.script.prepare_invoke();
            script.key(&key);
            script.arg(&arguments);
            async move { script.invoke_async(&mut connection).await }
        });
        let response = response.await;
        response.map(decision).map_err(|error| error.to_string())
    }
}

/// Returns the arguments of the script: microseconds, and the expiry of the key in milliseconds.
fn arguments(timing: &Timing, longest: Duration) -> [u64; 8] {
    let Timing {
        interval,
        gap,
        idle,
        warm_up,
        ..
    } = *timing;
    let longest = longest.min(LONGEST);
    let [interval, longest, reservation, gap, idle, warm_up, slow_for] = [
        interval,
        longest,
        MAX_RESERVATION,
        gap,
        idle,
        warm_up,
        SLOW_FOR,
    ]
    .map(micros);
    let expiry = u64::try_from(EXPIRY.as_millis()).unwrap_or(u64::MAX);
    [
        interval,
        longest,
        reservation,
        gap,
        idle,
        warm_up,
        slow_for,
        expiry,
    ]
}

fn decision((kind, time): (u8, u64)) -> Decision {
    let time = Duration::from_micros(time);
    match kind {
        0 => Decision::Permit(time),
        1 => Decision::LocalQuota(time),
        _ => Decision::QueryAgain(time),
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
