//! What time it is: the one seam to the wall clock. Waits and deadlines use tokio's clock, which a test can pause.

use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Says what time it is. It is asked where a moment comes from outside, or goes there: `Retry-After` as a date, and the
/// time in a [support report](crate::Error::support_report).
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
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

/// A clock that goes as tokio's does, for tests: where tokio's time is paused, the wall clock follows it.
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
    /// It shows this time now.
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

/// Longer than any process runs.
const A_LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// So long from now; a time that is too long to be told is one that does not come.
pub(crate) fn from_now(time: Duration) -> Instant {
    let now = Instant::now();
    now + time.min(A_LIFETIME)
}

/// A moment as it is written in UTC: `2026-04-15T09:30:00Z`.
pub(crate) fn utc(moment: SystemTime) -> String {
    jiff::Timestamp::try_from(moment).map_or_else(
        |_| "a time that cannot be told".to_owned(),
        |time| format!("{time:.0}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_utc() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_776_245_400_400);
        assert_eq!(utc(moment), "2026-04-15T09:30:00Z");
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_time_is_no_overflow() {
        assert!(from_now(Duration::MAX) > Instant::now());
    }
}
