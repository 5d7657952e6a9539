//! Retries of failed requests.
//!
//! A *call* sends its request at least once; each sending is an *attempt*. An attempt fails in one of ten ways, its
//! [`Failure`]: no connection, a timeout, a 5xx response, and so on. What follows depends on the failure and on the retry
//! class of the operation, its [`#[retry]` attribute](crate::operation::Retry).
//!
//! # Retry classes
//!
//! - `safe` operations only read.
//! - `idempotent` operations, a PUT or a DELETE, have the same effect once or twice.
//! - `unsent` operations create or start something. The API does not have idempotency keys, so a request is repeated only
//!   if it cannot have reached the server. A 429 should mean that nothing was done; the vendor does not document it.
//! - `never` operations are sent once; only a 401 is followed by an attempt with a new access token.
//!
//! # The decision table
//!
//! The client follows this table ([`TABLE`]):
//!
//! ```text
#![doc = include_str!("table.txt")]
//! ```
//!
//! "Unknown" means that the operation may have taken effect. If no later attempt succeeds, the call fails with
//! [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown). A 5xx response counts as unknown, because users of this API have
//! found invoices that were created in spite of one.
//!
//! # Backoff
//!
//! Between two attempts the client waits ([`RetryPolicy`]). The *backoff*, the upper bound of the delay, doubles with each
//! attempt. The delay itself is drawn at random between zero and the bound; this *jitter* keeps clients that failed together
//! from returning together. A `Retry-After` header is added to the delay.
//!
//! # Limits
//!
//! A call is not retried, and fails at once, if
//!
//! - it has used its attempts ([`RetryPolicy::max_attempts`]),
//! - the server asks for a longer wait than the policy allows ([`RetryPolicy::longest_retry_after`]),
//! - the delay would end after the deadline of the call, or
//! - the [`RetryBudget`] of the client is empty.
//!
//! [`Error::retry_stop`](crate::Error::retry_stop) returns which of them applied, as a [`RetryStop`], and
//! [`Error::retry_after`](crate::Error::retry_after) returns the wait that the server asked for.

mod budget;
mod table;

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

pub use crate::error::RetryStop;
pub(crate) use budget::Bucket;
pub use budget::RetryBudget;
pub use table::{Failure, RetryAction, RetryRule, TABLE, Table};

/// The number of attempts of a call, and the delays between them.
///
/// The policy does not decide whether a request can be repeated; the [`TABLE`] does.
///
/// ```
/// use procountor_api::retry::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8);
/// let impatient = RetryPolicy::none();
/// # let _ = (patient, impatient);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    first_delay: Duration,
    longest_delay: Duration,
    longest_retry_after: Duration,
}

/// Six attempts, with delays of at most 1, 2, 4, 8 and 16 seconds, as the vendor recommends.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 6,
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(16),
            longest_retry_after: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that sends every request once.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the most attempts of a call, the first one included (default: 6). The attempt with a new token after a 401 does
    /// not count.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the upper bound of the first delay (default: 1 second). The bound doubles with each attempt.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the largest bound of a delay (default: 16 seconds).
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// Sets the longest wait that the server can ask for with `Retry-After` (default: 2 minutes). If it asks for more, the
    /// call fails at once; see [`Error::retry_after`](crate::Error::retry_after).
    #[must_use]
    pub fn longest_retry_after(mut self, delay: Duration) -> Self {
        self.longest_retry_after = delay;
        self
    }

    /// Returns the delay after this attempt; the first is 1.
    pub(crate) fn delay(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
    ) -> Result<Duration, RetryStop> {
        if attempt >= self.max_attempts {
            return Err(RetryStop::Attempts);
        }
        let doublings = 2_u32.saturating_pow(attempt - 1);
        let bound = self
            .first_delay
            .saturating_mul(doublings)
            .min(self.longest_delay);
        // Full jitter: clients that failed together must not return together.
        let jittered = bound.mul_f64(fastrand::f64());
        match retry_after {
            Some(asked) if asked > self.longest_retry_after => Err(RetryStop::RetryAfter),
            Some(asked) => Ok(asked.saturating_add(jittered)),
            None => Ok(jittered),
        }
    }
}

/// Reads the `Retry-After` header, which has seconds or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that does not fit is longer than any policy allows.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let moment = httpdate::parse_http_date(text).ok()?;
    Some(moment.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn delays_grow_to_the_bound_until_the_attempts_are_used() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
            let bound = Duration::from_secs(bound);
            let delays: Vec<_> = (0..200)
                .map(|_| policy.delay(attempt, None).unwrap())
                .collect();
            assert!(delays.iter().all(|delay| *delay <= bound));
            assert!(delays.iter().any(|delay| *delay < bound / 4));
            assert!(delays.iter().any(|delay| *delay > bound / 4 * 3));
        }
        assert_eq!(policy.delay(6, None), Err(RetryStop::Attempts));
        assert_eq!(RetryPolicy::none().delay(1, None), Err(RetryStop::Attempts));
    }

    #[test]
    fn retry_after_is_obeyed_up_to_two_minutes() {
        let policy = RetryPolicy::default();
        let asked = |seconds| policy.delay(1, Some(Duration::from_secs(seconds)));
        assert!(asked(90).is_ok_and(|delay| delay >= Duration::from_secs(90)));
        assert_eq!(asked(121), Err(RetryStop::RetryAfter));
        assert_eq!(asked(u64::MAX), Err(RetryStop::RetryAfter));
        let patient = policy.longest_retry_after(Duration::MAX);
        assert_eq!(patient.delay(1, Some(Duration::MAX)), Ok(Duration::MAX));
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH;
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers, now)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Thu, 01 Jan 1970 00:00:09 GMT"),
            Some(Duration::from_secs(9))
        );
        assert_eq!(
            read("99999999999999999999999"),
            Some(Duration::from_secs(u64::MAX))
        );
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read(""), None);
    }
}
