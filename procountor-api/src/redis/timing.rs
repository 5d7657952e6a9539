//! The durations that keep several processes below the limit while Redis goes away and comes back.
//!
//! `coordinator` explains why they have these values.

use std::time::Duration;

/// The longest time between the grant of a permit and its use.
pub(super) const MAX_RESERVATION: Duration = Duration::from_millis(250);
/// The time between two queries of a process that uses its local quota.
pub(super) const HALF_OPEN_PROBE: Duration = Duration::from_secs(1);
/// The time between two queries of a process that waits for Redis.
pub(super) const REPROBE: Duration = Duration::from_millis(250);
/// The time limit of a query for a permit. It is short, since a call waits for it.
pub(super) const PERMIT_TIMEOUT: Duration = Duration::from_millis(300);
/// The longest time for which Redis can be back without being noticed by a process that waits for it: more than
/// [`REPROBE`] and [`PERMIT_TIMEOUT`].
pub(super) const MAX_BLIP: Duration = Duration::from_millis(600);
/// The least pause between two queries after which Redis assumes that it was away.
const MIN_IDLE: Duration = Duration::from_millis(1500);

const SECOND: Duration = Duration::from_secs(1);
/// The longest duration, 30 years: in microseconds a double can hold it, also when it is added to a date.
pub(super) const LONGEST: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The durations that follow from the interval of the limit, the number of processes, and the leeway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Timing {
    /// Between two permits.
    pub(super) interval: Duration,
    /// From the time of a permit to its latest use.
    pub(super) max_lateness: Duration,
    /// Between two requests of the local quota of a process.
    pub(super) quota_interval: Duration,
    /// Between the last permit and the first request of a local quota, and the other way round.
    pub(super) gap: Duration,
    /// From the first failed query to the use of the local quota.
    pub(super) quiet: Duration,
    /// The pause between two queries after which a process can have started to use its local quota.
    pub(super) idle: Duration,
    /// From the return of Redis to the first permit.
    pub(super) warm_up: Duration,
}

impl Timing {
    pub(super) fn new(interval: Duration, processes: u32, leeway: Duration) -> Self {
        let interval = interval.min(LONGEST);
        let stretched = interval.mul_f64(1.0 + leeway.as_secs_f64());
        let second = SECOND.max(interval);
        let gap = stretched
            .saturating_mul(processes.saturating_add(2))
            .min(second)
            + leeway;
        let drain = MAX_RESERVATION + leeway + gap;
        let idle = MIN_IDLE.max(drain);
        Self {
            interval: stretched.min(LONGEST),
            max_lateness: leeway / 2,
            quota_interval: quota_interval(interval, processes, leeway).min(LONGEST),
            gap,
            quiet: idle + MAX_BLIP + drain,
            idle,
            warm_up: HALF_OPEN_PROBE + drain,
        }
    }
}

/// Gives each process a whole number of requests per second, since fractions could add up to more than the limit.
///
/// If a second has less than one request for each process, it is a whole number per minute; if a minute has less too, only
/// the average is within the limit.
fn quota_interval(interval: Duration, processes: u32, leeway: Duration) -> Duration {
    let fair = interval.saturating_mul(processes);
    for window in [SECOND, SECOND * 60] {
        let each = (window.as_secs_f64() / fair.as_secs_f64()).floor();
        if each >= 1.0 {
            return (window + leeway).div_f64(each);
        }
    }
    fair
}
