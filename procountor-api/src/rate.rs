//! The rate limit of a company: smooth, fair among waiting calls, and given back by a call that is dropped while it waits.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How many requests a company may make. The vendor counts 60 a second in production and may suspend a client that exceeds
/// it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    interval: Duration,
}

impl RateLimit {
    /// So many requests a second, evenly spaced.
    ///
    /// # Panics
    /// The number is not positive.
    pub fn per_second(requests: f64) -> Self {
        assert!(requests > 0.0, "a rate limit allows more than no requests");
        // One percent less than allowed, for clocks that differ and packets that bunch up on the way.
        Self {
            interval: Duration::from_secs_f64(1.0 / (requests * 0.99)),
        }
    }

    /// No limit at all: for a server of your own.
    pub fn unlimited() -> Self {
        Self {
            interval: Duration::ZERO,
        }
    }
}

/// By how much the next request may come earlier because this one was late. The one percent that is not used is ten
/// milliseconds in a second; this is half of it.
const CATCH_UP: Duration = Duration::from_millis(5);

/// Lets one request through at a time. Waiting calls queue at the mutex, which is fair; whoever holds it waits for the
/// next free moment, and takes that moment only when it has come.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: RateLimit,
    next: Mutex<Option<Instant>>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            next: Mutex::new(None),
        }
    }

    /// Returns when a request may be sent.
    pub(crate) async fn admit(&self) {
        if self.limit.interval.is_zero() {
            return;
        }
        let mut next = self.next.lock().await;
        let mut moment = Instant::now();
        if let Some(planned) = *next {
            sleep_until(planned).await;
            moment = Instant::now();
            // A timer is late by a millisecond or so. That must not add up, nor may a long delay be made good by a burst.
            moment -= (moment - planned).min(CATCH_UP);
        }
        *next = Some(moment + self.limit.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn never_more_than_the_limit_in_any_second() {
        let limiter = Limiter::new(RateLimit::per_second(60.0));
        let mut moments = Vec::new();
        for _ in 0..300 {
            limiter.admit().await;
            moments.push(Instant::now());
        }
        let in_one_second = |from: &Instant| {
            moments
                .iter()
                .filter(|moment| (*from..*from + Duration::from_secs(1)).contains(*moment))
                .count()
        };
        assert!(moments.iter().map(in_one_second).max() <= Some(60));
        let took = moments[299] - moments[0];
        assert!(
            took < Duration::from_millis(5_400),
            "the limit is used: {took:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn timers_that_are_late_do_not_lower_the_rate_and_delays_are_not_made_good_by_a_burst() {
        let limiter = Limiter::new(RateLimit::per_second(60.0));
        limiter.admit().await;
        let start = Instant::now();
        for _ in 0..600 {
            limiter.admit().await;
            // What is done between two requests, as by the one that waits for a page.
            tokio::time::advance(Duration::from_micros(300)).await;
        }
        let rate = 600.0 / start.elapsed().as_secs_f64();
        assert!((59.0..59.5).contains(&rate), "{rate}");
        tokio::time::advance(Duration::from_secs(10)).await;
        let start = Instant::now();
        for _ in 0..60 {
            limiter.admit().await;
        }
        let took = start.elapsed();
        assert!(took > Duration::from_millis(985), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_while_it_waits_gives_its_place_back() {
        let limiter = Limiter::new(RateLimit::per_second(1.0));
        limiter.admit().await;
        let dropped = tokio::time::timeout(Duration::from_millis(10), limiter.admit()).await;
        assert!(dropped.is_err());
        let start = Instant::now();
        limiter.admit().await;
        assert!(start.elapsed() < Duration::from_millis(1_020));
    }
}
