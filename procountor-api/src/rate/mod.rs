//! The rate limit of a company: smooth, fair among waiting calls, given back by a call that is dropped while it waits, and
//! slower for a while when the server says 429.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::clock::from_now;
use crate::observe::Notifier;

/// How many requests a company may make. The vendor counts 60 a second in production and may suspend a client that exceeds
/// it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    interval: Duration,
    slow_down: Option<SlowDown>,
}

impl RateLimit {
    /// The limit is so many requests a second. They leave evenly spaced, and 98.5 % of the limit is used: a server counts
    /// them as they come, and on their way they bunch up. A number below one is fewer than one a second.
    ///
    /// # Panics
    /// The number is not positive.
    pub fn per_second(requests: f64) -> Self {
        assert!(requests > 0.0, "a rate limit allows more than no requests");
        let interval = Duration::try_from_secs_f64(1.0 / (requests * USED));
        Self {
            interval: interval.unwrap_or(Duration::MAX),
            slow_down: Some(SlowDown::default()),
        }
    }

    /// No limit at all: for a server of your own.
    pub fn unlimited() -> Self {
        Self {
            interval: Duration::ZERO,
            slow_down: None,
        }
    }

    /// What a 429 does to the rate; `None` for nothing.
    #[must_use]
    pub fn slow_down(mut self, slow_down: impl Into<Option<SlowDown>>) -> Self {
        self.slow_down = slow_down.into();
        self
    }
}

/// What a 429 does to the rate: it falls at once and comes back evenly. (The vendor does not say whether its server sends
/// 429; if it does, the limit is not what this client took it for, or others use it too.)
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
    /// What is left of the rate after a 429: half of it, unless set. Answers that come within a second of a 429 do not
    /// lower it again, since they may have been under way.
    pub factor: f64,
    /// The least share of the limit that is left: an eighth, unless set.
    pub least: f64,
    /// How long it takes from nothing to the whole limit: two minutes, unless set; so one from the half.
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

/// By how much the next request may come earlier because this one was late: timers are late by a millisecond or so.
const CATCH_UP: Duration = Duration::from_millis(5);

/// The share of the limit that is used. Requests that leave in time bunch up on their way, and a server counts them as they
/// come: what is left is for 15 ms of that in each second, less [`CATCH_UP`].
const USED: f64 = 0.985;

/// 429s within this time are one.
const ONE_BURST: Duration = Duration::from_secs(1);

/// A limit that other programs share, such as one kept in a database: the seam for it.
///
/// It is asked once for each request, by one call at a time. The limiter of this program holds as well; when the shared one
/// fails, it holds alone, and the [`Observer`](crate::observe::Observer) is told. A call waits for it as long as the call has time,
/// so it should bound its own waits. Where the feature `redis` is on, `RedisRateLimit` is one.
///
/// ```
/// use std::time::{Duration, Instant};
/// use procountor_api::rate::{AcquireFuture, RateLimit, RateLimiter, SharedLimit};
///
/// /// Stands for a database: it keeps when the next request may go.
/// #[derive(Debug, Default)]
/// struct Kept(std::sync::Mutex<Option<Instant>>);
///
/// impl SharedLimit for Kept {
///     fn take(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_> {
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
/// let limiter = RateLimiter::shared(RateLimit::per_second(60.0), Kept::default());
/// # let _ = limiter;
/// ```
pub trait SharedLimit: fmt::Debug + Send + Sync + 'static {
    /// Takes the next free moment for a request, and says how long it is until then. Requests are to be `interval` apart,
    /// which changes when the server says 429. Where it is longer than `longest` nothing may be taken: the call gives up
    /// then. The moment is not given back when the call is dropped meanwhile.
    ///
    /// It may also wait itself, and say zero when the moment has come; or wait for a moment that is safe without the others,
    /// and say then why it failed.
    fn take(&self, interval: Duration, longest: Duration) -> AcquireFuture<'_>;
}

/// The time to wait that comes; or why there is none, in words.
pub type AcquireFuture<'a> = Pin<Box<dyn Future<Output = Result<Duration, String>> + Send + 'a>>;

/// Keeps a company's rate limit. Clones keep the same one: give it to every client of that company
/// ([`ClientBuilder::rate_limiter`](crate::ClientBuilder::rate_limiter)), whatever versions they have.
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, rate::{RateLimit, RateLimiter}, v2604};
/// # fn example(credentials: M2mCredentials, other: M2mCredentials) -> Result<(), procountor_api::Error> {
/// let limiter = RateLimiter::new(RateLimit::per_second(60.0));
/// let builder = v2604::Client::builder().environment(Environment::Production);
/// let invoices = builder.m2m(credentials).rate_limiter(&limiter).build()?;
/// let builder = v2604::Client::builder().environment(Environment::Production);
/// let payments = builder.m2m(other).rate_limiter(&limiter).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RateLimiter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limit: RateLimit,
    shared: Option<Box<dyn SharedLimit>>,
    next: Mutex<Option<Instant>>,
    pace: Lock<Option<Slowed>>,
}

/// Since when the rate is lower, and which share of it was left then.
#[derive(Clone, Copy, Debug)]
struct Slowed {
    since: Instant,
    share: f64,
}

impl RateLimiter {
    /// A limiter of its own.
    pub fn new(limit: RateLimit) -> Self {
        Self::made(limit, None)
    }

    /// A limiter that keeps a limit which other programs share, too.
    pub fn shared(limit: RateLimit, shared: impl SharedLimit) -> Self {
        Self::made(limit, Some(Box::new(shared)))
    }

    fn made(limit: RateLimit, shared: Option<Box<dyn SharedLimit>>) -> Self {
        Self(Arc::new(Inner {
            limit,
            shared,
            next: Mutex::new(None),
            pace: Lock::new(None),
        }))
    }

    /// Returns when a request may be sent. Clients wait here by themselves; wait here, too, before a request that goes to
    /// the company's Procountor another way. Dropping the future gives the place back.
    pub async fn admit(&self) {
        self.admit_within(None, &Notifier::default()).await;
    }

    /// As [`admit`](Self::admit); false at once when the time would come too late. Waiting calls queue at the mutex, which
    /// is fair; whoever holds it waits for the next free moment, and takes that moment only when it has come.
    async fn admit_within(&self, deadline: Option<Instant>, notifier: &Notifier) -> bool {
        if self.0.limit.interval.is_zero() && self.0.shared.is_none() {
            return true;
        }
        let mut next = self.0.next.lock().await;
        let too_late = |moment| deadline.is_some_and(|deadline| moment > deadline);
        // A timer is late by a millisecond or so. That must not add up, nor may a long delay be made good by a burst.
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
            match shared.take(self.interval(), longest).await {
                Ok(wait) if too_late(from_now(wait)) => return false,
                Ok(wait) => {
                    sleep_until(from_now(wait)).await;
                    late = Duration::ZERO;
                }
                Err(problem) => notifier.store_failed("the shared rate limit", &problem),
            }
        }
        *next = Some(from_now(self.interval()) - late);
        true
    }

    /// The time between two requests now: the limit's, or longer after a 429.
    pub fn interval(&self) -> Duration {
        let Inner { limit, pace, .. } = &*self.0;
        let slowed = *pace.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(slow_down), Some(slowed)) = (limit.slow_down, slowed) else {
            return limit.interval;
        };
        let interval = limit.interval.as_secs_f64() / slow_down.share(slowed);
        Duration::try_from_secs_f64(interval).unwrap_or(Duration::MAX)
    }

    /// The server said 429. Gives back the new interval when it changed.
    fn too_many(&self) -> Option<Duration> {
        let slow_down = self.0.limit.slow_down?;
        {
            let mut pace = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
            let share = match *pace {
                Some(slowed) if slowed.since.elapsed() < ONE_BURST => return None,
                Some(slowed) => slow_down.share(slowed),
                None => 1.0,
            };
            *pace = Some(Slowed {
                since: Instant::now(),
                share: (share * slow_down.factor).clamp(slow_down.least.clamp(0.001, 1.0), 1.0),
            });
        }
        Some(self.interval())
    }
}

impl From<&RateLimiter> for RateLimiter {
    fn from(limiter: &RateLimiter) -> Self {
        limiter.clone()
    }
}

impl SlowDown {
    /// The share of the limit that may be used by now.
    fn share(&self, slowed: Slowed) -> f64 {
        let regained = slowed.since.elapsed().as_secs_f64() / self.recovery.as_secs_f64();
        if regained.is_nan() {
            return 1.0;
        }
        (slowed.share + regained).min(1.0)
    }
}

/// The limiter as a client sees it: it tells the observer how long a call waited.
#[derive(Debug)]
pub(crate) struct Limiter {
    limiter: RateLimiter,
    notifier: Notifier,
}

impl Limiter {
    pub(crate) fn new(limiter: RateLimiter, notifier: Notifier) -> Self {
        Self { limiter, notifier }
    }

    /// How many requests it lets through in a second, at least one.
    pub(crate) fn in_a_second(&self) -> usize {
        match self.limiter.interval().as_secs_f64() {
            0.0 => usize::MAX,
            interval => ((1.0 / interval) as usize).max(1),
        }
    }

    /// Returns when a request may be sent.
    pub(crate) async fn admit(&self) {
        let start = Instant::now();
        self.limiter.admit_within(None, &self.notifier).await;
        self.notifier.waited(start.elapsed());
    }

    /// Returns when a request may be sent; false when that is not before the deadline.
    pub(crate) async fn admit_before(&self, deadline: Instant) -> bool {
        let start = Instant::now();
        let admission = self.limiter.admit_within(Some(deadline), &self.notifier);
        let admitted = tokio::time::timeout_at(deadline, admission).await;
        self.notifier.waited(start.elapsed());
        admitted.unwrap_or(false)
    }

    /// The server said 429.
    pub(crate) fn too_many(&self) {
        if let Some(interval) = self.limiter.too_many() {
            self.notifier.slowed_down(interval);
        }
    }
}

#[cfg(test)]
mod tests;
