//! Clocks.
//!
//! Waits and deadlines use the time of tokio, which a test can pause. The wall clock ([`Clock`]) is used only for times that
//! are sent or received.

use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A wall clock.
///
/// It is used for `Retry-After` with a date, the expiry of stored tokens, and support reports.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> SystemTime;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that follows the time of tokio, for tests that pause it.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use procountor_api::client::{Clock, TokioClock};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tokio::time::pause();
/// let clock = TokioClock::starting_at(SystemTime::UNIX_EPOCH);
/// tokio::time::advance(Duration::from_secs(3600)).await;
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(3600));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    start: SystemTime,
    started: Instant,
}

impl TokioClock {
    /// Creates a clock whose current time is `start`.
    pub fn starting_at(start: SystemTime) -> Self {
        Self {
            start,
            started: Instant::now(),
        }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        self.start + self.started.elapsed()
    }
}

/// Longer than any process runs. Adding it to an instant does not overflow.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// Returns the instant after `time`, at most [`MAX_WAIT`] from now.
pub(crate) fn from_now(time: Duration) -> Instant {
    Instant::now() + time.min(MAX_WAIT)
}

/// Formats a time in UTC: `2026-04-15T09:30:00Z`.
pub(crate) fn utc(moment: SystemTime) -> String {
    jiff::Timestamp::try_from(moment).map_or_else(
        |_| "a time out of range".to_owned(),
        |time| format!("{time:.0}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_utc() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_776_245_400_400);
        assert_eq!(utc(moment), "2026-04-15T09:30:00Z");
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_time_does_not_overflow() {
        assert!(from_now(Duration::MAX) > Instant::now());
    }
}
