//! When a failed attempt is followed by another, and after what delay.
//!
//! Which operation is sent again after which failure is one table, [`TABLE`]; it is what a client acts by:
//!
//! ```text
#![doc = include_str!("table.txt")]
//! ```
//!
//! "Open" means that nobody knows then whether the operation took effect. If no later attempt succeeds, the call ends as
//! [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
//!
//! Between two attempts there is a delay ([`RetryPolicy`]), longer each time and drawn at random. A server that names one in
//! `Retry-After` is obeyed, unless it asks for more patience than the policy has: then the call fails at once and its error
//! says when to come back ([`Error::retry_after`](crate::Error::retry_after)). A wait that cannot end before the time of the
//! whole call is not begun. All clones of a client share a [`RetryBudget`]. [`RetryStop`] says which of these ended a call.

mod budget;
mod table;

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

pub use crate::error::RetryStop;
pub(crate) use budget::Bucket;
pub use budget::RetryBudget;
pub use table::{Failure, RetryAction, RetryRule, TABLE, Table};

/// How often, and after what delays, a request is sent again. What may be sent again at all is the operation's own
/// policy: a create is not, unless it cannot have arrived.
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

/// Growing delays of at most 1, 2, 4, 8, 16 seconds, as the vendor asks for; each is drawn at random up to that.
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
    /// Every request is sent once.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The most times that one request is sent, the first one counted. A second sending with a new token, after a 401, is
    /// not counted.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The bound of the first delay; it doubles from there.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The bound that delays grow to.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// The longest delay that the server may ask for with `Retry-After`; two minutes unless set. When it asks for more, the
    /// call fails at once, and [`Error::retry_after`](crate::Error::retry_after) says when to come back.
    #[must_use]
    pub fn longest_retry_after(mut self, delay: Duration) -> Self {
        self.longest_retry_after = delay;
        self
    }

    /// The delay after this attempt (the first is 1).
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
        // Full jitter: clients that failed together do not come back together.
        let jittered = bound.mul_f64(fastrand::f64());
        match retry_after {
            Some(asked) if asked > self.longest_retry_after => Err(RetryStop::RetryAfter),
            Some(asked) => Ok(asked.saturating_add(jittered)),
            None => Ok(jittered),
        }
    }
}

/// What `Retry-After` says, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are more seconds than anybody waits.
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
    fn delays_grow_up_to_their_bound_and_end() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
            let bound = Duration::from_secs(bound);
            let delays: Vec<_> = (0..200)
                .map(|_| policy.delay(attempt, None).unwrap())
                .collect();
            assert!(delays.iter().all(|delay| *delay <= bound));
            // Full jitter: from nothing to the bound.
            assert!(delays.iter().any(|delay| *delay < bound / 4));
            assert!(delays.iter().any(|delay| *delay > bound / 4 * 3));
        }
        assert_eq!(policy.delay(6, None), Err(RetryStop::Attempts));
        assert_eq!(RetryPolicy::none().delay(1, None), Err(RetryStop::Attempts));
    }

    #[test]
    fn the_server_is_obeyed_up_to_two_minutes() {
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
