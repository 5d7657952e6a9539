//! Decides when a process can send a request, with Redis and without it.
//!
//! No second may have more requests than the limit, whatever happens to Redis. There are two modes:
//!
//! - *Permits.* Redis spaces the requests of all processes by the interval, stretched by the leeway. A permit lies at most
//!   [`MAX_RESERVATION`] ahead and is used at most half the leeway late; otherwise it is discarded.
//! - *Local quota.* Without Redis, each process sends a fixed whole number of requests per second. The quotas of all
//!   processes add up to the limit at most.
//!
//! # Change of mode
//!
//! Let `n` be the limit per second and `p` the number of processes. A second that has requests of both modes, with a gap
//! `g` between them, has at most `(1 - g) * n` requests, one more for the permits, and one more for the quota of each
//! process, which can begin just then:
//!
//! ```text
//! (1 - g) * n + 1 + p <= n    if    g >= (p + 1) / n
//! ```
//!
//! A gap of a second is always enough, because no second has both modes then. `gap` is the smaller of the two,
//! with one more interval and the leeway to spare.
//!
//! # Redis goes away
//!
//! ```text
//!  permits     first failed query                                             another failed query: local quota
//! --|--|--|---X--------------------------- quiet ----------------------------X--|-----|--
//!             |---- idle ----|- MAX_BLIP -|- MAX_RESERVATION + leeway + gap -|
//!
//! quiet = idle + MAX_BLIP + MAX_RESERVATION + leeway + gap
//! ```
//!
//! A process that cannot reach Redis sends nothing for `quiet`. By then all permits have been used, and a gap has passed. It
//! uses its quota only when a query that began after `quiet` has failed too. A process that has not queried Redis for a
//! while cannot know whether Redis was away all the time, and restarts the quiet period.
//!
//! # Redis comes back
//!
//! ```text
//!  local quota: first query after a pause > idle                            permits
//! --|-----|--X--|-----|-----|-----|-----|-----|-----|-----|-----------------|--|--|--
//!            |- HALF_OPEN_PROBE -|- MAX_RESERVATION + leeway -|---- gap ----|
//!
//! warm_up = HALF_OPEN_PROBE + MAX_RESERVATION + leeway + gap
//! ```
//!
//! A process that uses its quota queries Redis every [`HALF_OPEN_PROBE`], and sends by an old response for at most
//! [`MAX_RESERVATION`] after that. So `warm_up` after the return of Redis every process has noticed it.
//!
//! Redis detects that it can have been away: either it does not have the key, because it is new or has lost its data, or no
//! process has queried it for `idle`. `quiet` is longer than `idle` by [`MAX_BLIP`], for which Redis can be back without
//! being noticed, and by the time in which permits are used up. Redis then grants permits only after `warm_up`, and lets
//! processes use their quotas until a gap before that. Without the key, permits of an earlier Redis can still be in use, so
//! the quotas begin `MAX_RESERVATION + gap` later.
//!
//! # Limitation
//!
//! A process that alone cannot reach Redis for longer than `quiet` uses its quota in addition to the permits of the others.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::timing::{HALF_OPEN_PROBE, MAX_BLIP, MAX_RESERVATION, REPROBE, Timing};
use crate::clock::from_now;

/// The server that grants permits: Redis.
pub(super) trait PermitServer {
    /// Requests one permit. If the wait would be longer than `longest`, no permit is taken.
    fn request(
        &self,
        timing: &Timing,
        longest: Duration,
    ) -> impl Future<Output = Result<Decision, String>> + Send;
}

/// A response of the permit server. Its durations count from a moment between the query and the response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decision {
    /// Send the request after this time.
    Permit(Duration),
    /// Use the local quota for this time; permits are not granted yet.
    LocalQuota(Duration),
    /// Query again after this time.
    QueryAgain(Duration),
}

/// The state of a process between its requests.
#[derive(Debug, Default)]
pub(super) struct LimiterState {
    outage: Option<Outage>,
    /// The time of the next request of the local quota.
    next_of_quota: Option<Instant>,
}

/// A time in which Redis cannot be reached.
#[derive(Debug)]
struct Outage {
    since: Instant,
    /// The start of the last query that failed.
    queried: Instant,
    /// Whether the outage is long enough to use the local quota.
    uses_quota: bool,
    problem: String,
}

/// The next step of a request.
#[derive(Debug)]
enum Step {
    /// Send between these times.
    Permit { from: Instant, latest: Instant },
    /// Send when the local quota allows; if that is after `latest`, query again.
    LocalQuota { latest: Instant, query: Instant },
    /// Query at this time.
    Query(Instant),
}

impl LimiterState {
    /// Waits until a request can be sent and returns zero, or returns a wait that is longer than `longest` at once.
    ///
    /// # Errors
    ///
    /// Returns the problem with Redis when the request can be sent by the local quota.
    pub(super) async fn acquire(
        &mut self,
        redis: &impl PermitServer,
        timing: &Timing,
        longest: Duration,
    ) -> Result<Duration, String> {
        let start = Instant::now();
        let deadline = from_now(longest);
        loop {
            let step = self.step(redis, timing, deadline).await;
            let now = Instant::now();
            let (moment, latest) = match step {
                Step::Permit { from, latest } => (from, Some(latest)),
                Step::LocalQuota { latest, query } => {
                    let next = self.next_of_quota.map_or(now, |next| next.max(now));
                    if next <= latest {
                        (next, Some(latest))
                    } else {
                        (query, None)
                    }
                }
                Step::Query(query) => (query, None),
            };
            if moment > deadline {
                return Ok(moment - start);
            }
            sleep_until(moment).await;
            let now = Instant::now();
            if latest.is_none_or(|latest| now > latest) {
                continue;
            }
            if matches!(step, Step::LocalQuota { .. }) {
                self.next_of_quota = Some(now + timing.quota_interval);
            }
            return match &self.outage {
                Some(outage) => Err(outage.problem.clone()),
                None => Ok(Duration::ZERO),
            };
        }
    }

    async fn step(
        &mut self,
        redis: &impl PermitServer,
        timing: &Timing,
        deadline: Instant,
    ) -> Step {
        let queried = Instant::now();
        if let Some(outage) = &self.outage
            && queried < outage.next_query()
        {
            return outage.step();
        }
        let decision = redis.request(timing, deadline - queried).await;
        let now = Instant::now();
        let max_lateness = timing.max_lateness;
        let step = decision.and_then(|decision| match decision {
            Decision::Permit(_) if now - queried > max_lateness => Err(format!(
                "Redis responded after {:?}, but a permit is valid for {max_lateness:?} only; move Redis closer or increase the leeway",
                now - queried,
            )),
            Decision::Permit(wait) => Ok(Step::Permit {
                from: now + wait,
                latest: queried + wait + max_lateness,
            }),
            Decision::LocalQuota(time) => Ok(Step::LocalQuota {
                latest: queried + time,
                query: now + time,
            }),
            Decision::QueryAgain(wait) => Ok(Step::Query(now + wait)),
        });
        let before = self.outage.take();
        step.unwrap_or_else(|problem| {
            let before = before.filter(|outage| outage.lasts(queried, timing));
            let (since, uses_quota) = before.map_or((now, false), |outage| {
                let quiet_is_over = queried >= outage.since + timing.quiet;
                (outage.since, outage.uses_quota || quiet_is_over)
            });
            let outage = Outage {
                since,
                queried,
                uses_quota,
                problem,
            };
            self.outage.insert(outage).step()
        })
    }
}

impl Outage {
    fn next_query(&self) -> Instant {
        self.queried
            + if self.uses_quota {
                HALF_OPEN_PROBE
            } else {
                REPROBE
            }
    }

    /// Returns whether Redis cannot have been back unnoticed since the last query.
    fn lasts(&self, now: Instant, timing: &Timing) -> bool {
        let unnoticed = if self.uses_quota {
            timing.warm_up
        } else {
            MAX_BLIP
        };
        now - self.queried <= unnoticed
    }

    fn step(&self) -> Step {
        let query = self.next_query();
        if self.uses_quota {
            let latest = query + MAX_RESERVATION;
            Step::LocalQuota { latest, query }
        } else {
            Step::Query(query)
        }
    }
}
