//! The spans of time that keep the processes together below the limit while Redis goes and comes; only arithmetic. Why they
//! are as they are stands in `walk`.

use std::time::Duration;

/// Nobody has a place further ahead than this.
pub(super) const HORIZON: Duration = Duration::from_millis(250);
/// Who goes on without Redis asks it again after this time at the latest.
pub(super) const CIRCUIT: Duration = Duration::from_secs(1);

/// Who cannot reach Redis and sends nothing asks it this often.
pub(super) const AGAIN: Duration = Duration::from_millis(250);
/// Redis is near, and a call waits for it.
pub(super) const PATIENCE: Duration = Duration::from_millis(300);
/// Redis can be there for so long and not be seen by who asks again and again.
pub(super) const BLINK: Duration = Duration::from_millis(600);
/// A pause that is no reason to think that Redis was away.
const IDLE: Duration = Duration::from_millis(1500);

const SECOND: Duration = Duration::from_secs(1);
/// Longer than any process runs; in microseconds it is a number that a double holds, also when added to a date.
pub(super) const LONGEST: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// What follows from the interval of the limit, the number of processes, and the leeway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spans {
    /// Between two places.
    pub(super) interval: Duration,
    /// How much later than planned a place may be used.
    pub(super) late: Duration,
    /// Between two requests of one process that goes on without Redis.
    pub(super) share: Duration,
    /// Between the last request of one regime and the first of the next.
    pub(super) gap: Duration,
    /// How long Redis must be away before anybody goes on without it.
    pub(super) quiet: Duration,
    /// When nobody has asked for so long, somebody may have gone on without Redis.
    pub(super) idle: Duration,
    /// How long it takes until everybody who goes on without Redis has found it again, and the gap.
    pub(super) warm: Duration,
}

impl Spans {
    pub(super) fn new(interval: Duration, processes: u32, leeway: Duration) -> Self {
        let interval = interval.min(LONGEST);
        let stretched = interval.mul_f64(1.0 + leeway.as_secs_f64());
        let second = SECOND.max(interval);
        let gap = stretched
            .saturating_mul(processes.saturating_add(2))
            .min(second)
            + leeway;
        let used_up = HORIZON + leeway + gap;
        let idle = IDLE.max(used_up);
        let quiet = idle + BLINK + used_up;
        Self {
            interval: stretched.min(LONGEST),
            late: leeway / 2,
            share: share(interval, processes, leeway).min(LONGEST),
            gap,
            quiet,
            idle,
            warm: CIRCUIT + used_up,
        }
    }
}

/// A whole number of requests in a second for each process: fractions would add up to more than the limit in some second.
/// Where a second has not one for each, it is a minute; where that has not either, only the average holds.
fn share(interval: Duration, processes: u32, leeway: Duration) -> Duration {
    let fair = interval.saturating_mul(processes);
    for window in [SECOND, SECOND * 60] {
        let each = (window.as_secs_f64() / fair.as_secs_f64()).floor();
        if each >= 1.0 {
            return (window + leeway).div_f64(each);
        }
    }
    fair
}
