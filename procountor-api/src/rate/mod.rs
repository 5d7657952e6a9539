//! The rate limit of a company.
//!
//! A request needs a *permit*. Permits become free at even intervals, so that no second has more requests than the limit,
//! and clones of a [`RateLimiter`] share them. A call that is dropped while it waits takes no permit.
//!
//! # Order
//!
//! The `#[rate_limit]` attribute of an operation decides how its calls wait:
//!
//! - `queued` calls wait in a fair queue, first come, first served.
//! - `priority` calls take the next permit, ahead of all queued calls. The health probe `getStatus` is one. Token requests
//!   and logouts have priority too, since other calls depend on them. A constant stream of priority calls would hold up the
//!   queued ones.
//!
//! # After a 429
//!
//! When the server responds with 429, the rate falls at once and recovers evenly ([`SlowDown`]).
//!
//! # Several processes
//!
//! A [`SharedLimit`] is asked for each permit in addition. When it fails, the limiter of this process still applies.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::clock::from_now;
use crate::observe::{Notifier, Store};
use crate::operation::RateLimitPolicy;

/// A number of requests per second.
///
/// The vendor allows a company 60 requests a second in production, and can suspend a client that exceeds the limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    interval: Duration,
    slow_down: Option<SlowDown>,
}

impl RateLimit {
    /// Allows this many requests per second; fractions are allowed.
    ///
    /// Requests are evenly spaced and use 98.5 % of the limit, because the server counts them when they arrive and the
    /// network can bring them closer together.
    ///
    /// # Panics
    ///
    /// Panics if the number is not positive.
    pub fn per_second(requests: f64) -> Self {
        assert!(requests > 0.0, "a rate limit must be positive");
        let interval = Duration::try_from_secs_f64(1.0 / (requests * USED));
        Self {
            interval: interval.unwrap_or(Duration::MAX),
            slow_down: Some(SlowDown::default()),
        }
    }

    /// Allows any number of requests, for a server of your own.
    pub fn unlimited() -> Self {
        Self {
            interval: Duration::ZERO,
            slow_down: None,
        }
    }

    /// Sets how the rate falls and recovers after a 429; with `None` it does not change.
    #[must_use]
    pub fn slow_down(mut self, slow_down: impl Into<Option<SlowDown>>) -> Self {
        self.slow_down = slow_down.into();
        self
    }
}

/// The reduction of the rate after a 429, and its recovery.
///
/// A 429 means that the real limit is lower than the configured one, or that other programs use it too. The vendor does not
/// document whether its server sends 429.
///
/// ```
/// use std::time::Duration;
/// use procountor_api::rate::{RateLimit, SlowDown};
///
/// let limit = RateLimit::per_second(60.0)
///     .slow_down(SlowDown { recovery: Duration::from_secs(600), ..SlowDown::default() });
/// # let _ = limit;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowDown {
    /// The factor by which a 429 reduces the rate (default: 0.5). Further 429s within a second have no effect, since their
    /// requests can have been sent before the reduction.
    pub factor: f64,
    /// The lowest fraction of the limit that the rate falls to (default: 0.125).
    pub least: f64,
    /// The time to recover from zero to the full rate (default: 2 minutes, so 1 minute from half).
    pub recovery: Duration,
}

impl Default for SlowDown {
    fn default() -> Self {
        Self {
            factor: 0.5,
            least: 0.125,
            recovery: Duration::from_secs(120),
        }
    }
}

/// The most that a request can be early because the one before it was late.
///
/// Timers are late by about a millisecond, which would otherwise add up to four percent of the rate.
const CATCH_UP: Duration = Duration::from_millis(5);

/// The fraction of the limit that is used. The rest, 15 ms in each second, covers [`CATCH_UP`] and 10 ms of jitter in the
/// network.
const USED: f64 = 0.985;

/// The time in which several 429s count as one.
const ONE_BURST: Duration = Duration::from_secs(1);

/// A rate limit shared with other processes, for example through a database.
///
/// The limiter calls it once for each request, one request at a time. The local limiter always applies. If the shared limit
/// fails, only the local one is enforced, and the [`Observer`](crate::observe::Observer) is notified. A call waits for it
/// until its own deadline, so an implementation should bound its waits. The feature `redis` has `RedisRateLimit`.
///
/// ```
/// use std::time::{Duration, Instant};
/// use procountor_api::rate::{AcquireFuture, RateLimit, RateLimiter, SharedLimit};
///
/// /// Stands for a database that stores when the next request can be sent.
/// #[derive(Debug, Default)]
/// struct Stored(std::sync::Mutex<Option<Instant>>);
///
/// impl SharedLimit for Stored {
///     fn acquire(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_> {
///         Box::pin(async move {
///             let mut next = self.0.lock().map_err(|error| error.to_string())?;
///             let now = Instant::now();
///             let moment = next.unwrap_or(now).max(now);
///             if moment - now <= longest {
///                 *next = Some(moment + interval);
///             }
///             Ok(moment - now)
///         })
///     }
/// }
///
/// let limiter = RateLimiter::shared(RateLimit::per_second(60.0), Stored::default());
/// # let _ = limiter;
/// ```
pub trait SharedLimit: fmt::Debug + Send + Sync + 'static {
    /// Acquires the next permit and returns the time to wait before it can be used.
    ///
    /// Permits are `interval` apart; after a 429 the interval is longer. If the wait would be longer than `longest`, the
    /// implementation must not take the permit: the call gives up. A permit is not returned if the call is dropped later.
    ///
    /// An implementation can also wait by itself and return zero, or wait for a safe local interval and return an error.
    ///
    /// # Errors
    ///
    /// Returns a message if the shared limit is not available; the request is then sent by the local limit alone.
    fn acquire(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_>;
}

/// Future returned by [`SharedLimit::acquire`]: the wait, or an error message.
pub type AcquireFuture<'a> = Pin<Box<dyn Future<Output = Result<Duration, String>> + Send + 'a>>;

/// The rate limiter of a company.
///
/// Clones are cheap and share one limit. Give one to every client of the company, of whatever API version
/// ([`ClientBuilder::rate_limiter`](crate::ClientBuilder::rate_limiter)).
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, rate::{RateLimit, RateLimiter}, v2604};
/// # fn example(credentials: M2mCredentials, other: M2mCredentials) -> Result<(), procountor_api::Error> {
/// let limiter = RateLimiter::new(RateLimit::per_second(60.0));
/// let builder = v2604::Client::builder().environment(Environment::Production);
/// let invoices = builder.m2m(credentials).rate_limiter(limiter.clone()).build()?;
/// let builder = v2604::Client::builder().environment(Environment::Production);
/// let payments = builder.m2m(other).rate_limiter(limiter).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RateLimiter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limit: RateLimit,
    shared: Option<Box<dyn SharedLimit>>,
    /// Held by the queued call whose turn is next.
    queue: Mutex<()>,
    /// The number of waiting priority calls.
    priority: watch::Sender<usize>,
    /// The time of the next permit. The call that takes it holds the lock while it waits.
    next: Mutex<Option<Instant>>,
    slowed: Lock<Option<Slowed>>,
}

/// A reduction of the rate: its time, and the fraction of the limit that was left then.
#[derive(Clone, Copy, Debug)]
struct Slowed {
    since: Instant,
    fraction: f64,
}

/// A priority call that waits. Queued calls leave the next permit to it.
struct PriorityCall<'a>(&'a watch::Sender<usize>);

impl<'a> PriorityCall<'a> {
    fn new(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|count| *count += 1);
        Self(waiting)
    }
}

impl Drop for PriorityCall<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl RateLimiter {
    /// Creates a limiter for this process.
    pub fn new(limit: RateLimit) -> Self {
        Self::build(limit, None)
    }

    /// Creates a limiter that also keeps a limit shared with other processes.
    pub fn shared(limit: RateLimit, shared: impl SharedLimit) -> Self {
        Self::build(limit, Some(Box::new(shared)))
    }

    fn build(limit: RateLimit, shared: Option<Box<dyn SharedLimit>>) -> Self {
        Self(Arc::new(Inner {
            limit,
            shared,
            queue: Mutex::default(),
            priority: watch::Sender::default(),
            next: Mutex::default(),
            slowed: Lock::default(),
        }))
    }

    /// Waits in the queue until a request can be sent.
    ///
    /// Clients do this themselves. Call it before a request that reaches the company's Procountor another way. A dropped
    /// future takes no permit.
    pub async fn admit(&self) {
        let notifier = Notifier::default();
        self.acquire(RateLimitPolicy::Queued, None, &notifier).await;
    }

    /// Takes a permit when its time has come; returns `false` at once if that is after the deadline.
    async fn acquire(
        &self,
        policy: RateLimitPolicy,
        deadline: Option<Instant>,
        notifier: &Notifier,
    ) -> bool {
        if self.0.limit.interval.is_zero() && self.0.shared.is_none() {
            return true;
        }
        let (_queued, _priority);
        let mut next = match policy {
            RateLimitPolicy::Queued => {
                _queued = self.0.queue.lock().await;
                self.next_when_queued(deadline).await
            }
            RateLimitPolicy::Priority => {
                _priority = PriorityCall::new(&self.0.priority);
                self.0.next.lock().await
            }
        };
        let too_late = |moment| deadline.is_some_and(|deadline| moment > deadline);
        // A late timer must not lower the rate, and a long delay must not be followed by a burst.
        let mut late = Duration::ZERO;
        if let Some(moment) = *next {
            if too_late(moment) {
                return false;
            }
            sleep_until(moment).await;
            late = moment.elapsed().min(CATCH_UP);
        }
        if let Some(shared) = &self.0.shared {
            let now = Instant::now();
            let longest = deadline.map_or(Duration::MAX, |deadline| deadline - now);
            match shared.acquire(self.interval(), longest).await {
                Ok(wait) if too_late(from_now(wait)) => return false,
                Ok(wait) => {
                    sleep_until(from_now(wait)).await;
                    late = Duration::ZERO;
                }
                Err(problem) => notifier.store_failed(Store::RateLimit, &problem),
            }
        }
        *next = Some(from_now(self.interval()) - late);
        true
    }

    /// Locks the next permit once it is free and no priority call wants it, or if it is after the deadline.
    async fn next_when_queued(&self, deadline: Option<Instant>) -> MutexGuard<'_, Option<Instant>> {
        let mut waiting = self.0.priority.subscribe();
        loop {
            let next = self.0.next.lock().await;
            let moment = next.unwrap_or_else(Instant::now);
            if deadline.is_some_and(|deadline| moment > deadline) {
                return next;
            }
            let priority_call = waiting.wait_for(|count| *count > 0);
            if timeout_at(moment, priority_call).await.is_err() {
                return next;
            }
            drop(next);
            // The sender cannot be gone: it is a field of `self`.
            let _ = waiting.wait_for(|count| *count == 0).await;
        }
    }

    /// Returns the current time between two requests; it is longer than the limit's after a 429.
    pub fn interval(&self) -> Duration {
        let Inner { limit, slowed, .. } = &*self.0;
        let slowed = *slowed.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(slow_down), Some(slowed)) = (limit.slow_down, slowed) else {
            return limit.interval;
        };
        let interval = limit.interval.as_secs_f64() / slow_down.fraction(slowed);
        Duration::try_from_secs_f64(interval).unwrap_or(Duration::MAX)
    }

    /// Reduces the rate after a 429; returns the new interval if it changed.
    fn slow_down(&self) -> Option<Duration> {
        let slow_down = self.0.limit.slow_down?;
        {
            let mut slowed = self.0.slowed.lock().unwrap_or_else(PoisonError::into_inner);
            let fraction = match *slowed {
                Some(slowed) if slowed.since.elapsed() < ONE_BURST => return None,
                Some(slowed) => slow_down.fraction(slowed),
                None => 1.0,
            };
            let least = slow_down.least.clamp(0.001, 1.0);
            *slowed = Some(Slowed {
                since: Instant::now(),
                fraction: (fraction * slow_down.factor).clamp(least, 1.0),
            });
        }
        Some(self.interval())
    }
}

impl SlowDown {
    /// Returns the fraction of the limit that can be used by now.
    fn fraction(&self, slowed: Slowed) -> f64 {
        let regained = slowed.since.elapsed().as_secs_f64() / self.recovery.as_secs_f64();
        if regained.is_nan() {
            return 1.0;
        }
        (slowed.fraction + regained).min(1.0)
    }
}

/// The limiter of a client, which notifies the observer.
#[derive(Debug)]
pub(crate) struct Limiter {
    limiter: RateLimiter,
    notifier: Notifier,
}

impl Limiter {
    pub(crate) fn new(limiter: RateLimiter, notifier: Notifier) -> Self {
        Self { limiter, notifier }
    }

    /// Returns the number of requests per second, at least one.
    pub(crate) fn in_a_second(&self) -> usize {
        match self.limiter.interval().as_secs_f64() {
            0.0 => usize::MAX,
            interval => ((1.0 / interval) as usize).max(1),
        }
    }

    /// Waits for a priority permit, for a request that is not an operation.
    pub(crate) async fn admit_priority(&self) {
        let start = Instant::now();
        let policy = RateLimitPolicy::Priority;
        self.limiter.acquire(policy, None, &self.notifier).await;
        self.notifier.waited(start.elapsed());
    }

    /// Waits for a permit; returns `false` if none is free before the deadline.
    pub(crate) async fn admit_before(&self, policy: RateLimitPolicy, deadline: Instant) -> bool {
        let start = Instant::now();
        let permit = self.limiter.acquire(policy, Some(deadline), &self.notifier);
        let acquired = timeout_at(deadline, permit).await;
        self.notifier.waited(start.elapsed());
        acquired.unwrap_or(false)
    }

    /// Reduces the rate after a 429.
    pub(crate) fn slow_down(&self) {
        if let Some(interval) = self.limiter.slow_down() {
            self.notifier.slowed_down(interval);
        }
    }
}

#[cfg(test)]
mod tests;
