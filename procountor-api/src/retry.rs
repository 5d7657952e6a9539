//! When a failed attempt is followed by another, and after what delay.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::endpoint::Retry;
use crate::transport::Arrival;

/// How often, and after what delays, a request is sent again. What may be sent again at all is the operation's own
/// policy: a create is not, unless it cannot have arrived.
///
/// ```
/// use procountor_api::RetryPolicy;
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

    /// The most times that one request is sent, the first one counted.
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

    /// The delay after this attempt (the first is 1); `None` when it was the last one, or when the server asks for more
    /// patience than two minutes.
    pub(crate) fn delay(&self, attempt: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doublings = 2_u32.saturating_pow(attempt - 1);
        let bound = self
            .first_delay
            .saturating_mul(doublings)
            .min(self.longest_delay);
        // Full jitter: clients that failed together do not come back together.
        let jittered = bound.mul_f64(fastrand::f64());
        match retry_after {
            Some(asked) if asked > self.longest_retry_after => None,
            Some(asked) => Some(asked + jittered),
            None => Some(jittered),
        }
    }
}

/// What `Retry-After` says, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = httpdate::parse_http_date(text).ok()?;
    Some(moment.duration_since(now).unwrap_or_default())
}

impl From<Arrival> for Failure {
    fn from(arrival: Arrival) -> Self {
        match arrival {
            Arrival::Impossible => Self::NotSent,
            Arrival::Possible => Self::AnswerLost,
            Arrival::Answered => Self::Unusable,
        }
    }
}

/// Why an attempt failed, as far as it matters for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The request did not arrive.
    NotSent,
    /// The request may have arrived; the answer did not.
    AnswerLost,
    /// The answer came, and cannot be taken.
    Unusable,
    /// 429: the server refused to take it now.
    TooMany,
    /// 5xx.
    Server,
}

impl Retry {
    /// The decision table: may the operation be sent again after this?
    pub(crate) fn allows(self, failure: Failure) -> bool {
        match self {
            Self::Safe | Self::Idempotent => failure != Failure::Unusable,
            Self::Unsent => failure == Failure::NotSent,
            Self::Never => false,
        }
    }

    /// Whether it is then open what the operation did.
    pub(crate) fn leaves_open(self, failure: Failure) -> bool {
        self != Self::Safe
            && matches!(
                failure,
                Failure::AnswerLost | Failure::Unusable | Failure::Server
            )
    }
}

/// Retries that all calls of a client share: when most calls fail, sending them again makes matters worse.
#[derive(Debug)]
pub(crate) struct Budget(Mutex<u32>);

impl Budget {
    const FULL: u32 = 100;
    const RETRY: u32 = 5;

    pub(crate) fn new() -> Self {
        Self(Mutex::new(Self::FULL))
    }

    /// Takes what a retry costs; false when there is not enough.
    pub(crate) fn spend(&self) -> bool {
        let mut left = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let rest = left.checked_sub(Self::RETRY);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    /// Every success gives a little back.
    pub(crate) fn refill(&self) {
        let mut left = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        *left = (*left + 1).min(Self::FULL);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn delays_grow_up_to_their_bound_and_end() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
            for _ in 0..50 {
                assert!(
                    policy
                        .delay(attempt, None)
                        .is_some_and(|delay| delay <= Duration::from_secs(bound))
                );
            }
        }
        assert_eq!(policy.delay(6, None), None);
        assert_eq!(RetryPolicy::none().delay(1, None), None);
    }

    #[test]
    fn the_server_is_obeyed_up_to_two_minutes() {
        let policy = RetryPolicy::default();
        assert!(
            policy
                .delay(1, Some(Duration::from_secs(90)))
                .is_some_and(|delay| delay >= Duration::from_secs(90))
        );
        assert_eq!(policy.delay(1, Some(Duration::from_secs(121))), None);
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
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }

    #[test]
    fn the_budget_runs_out_and_comes_back() {
        let budget = Budget::new();
        assert_eq!((0..1000).filter(|_| budget.spend()).count(), 20);
        (0..5).for_each(|_| budget.refill());
        assert!(budget.spend());
        assert!(!budget.spend());
    }
}
