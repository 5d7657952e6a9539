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

    /// How many requests it lets through in a second, at least one.
    pub(crate) fn in_a_second(&self) -> usize {
        match self.limit.interval.as_secs_f64() {
            0.0 => usize::MAX,
            interval => ((1.0 / interval) as usize).max(1),
        }
    }

    /// Returns when a request may be sent.
    pub(crate) async fn admit(&self) {
        if self.limit.interval.is_zero() {
            return;
        }
        let mut next = self.next.lock().await;
        if let Some(moment) = *next {
            sleep_until(moment).await;
        }
        *next = Some(Instant::now() + self.limit.interval);
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
