//! How a process comes to the moment in which a request may leave, with Redis and without.
//!
//! What must hold is: whatever Redis does, no second has more requests than the limit. There are two ways to be safe, and
//! the care is at the changes from one to the other.
//!
//! - *Places*: Redis is there, and spaces the requests of all by the interval. A place lies at most [`HORIZON`] ahead, and is
//!   used at most half the leeway late, else it is given up and another is taken. The interval is stretched by the leeway.
//! - *Shares*: each process keeps a whole number of requests in a second, which together are no more than the limit.
//! - Between the last request of one way and the first of the other there is a *gap*. A second that has both has room for
//!   one request more of each process, since each may begin its share just then; so the gap is as long as these take. It
//!   need not be more than a second, since then no second has both.
//!
//! *Redis goes.* Who cannot reach it sends nothing for `quiet`, and asks on; then all places have been used, and a gap ago.
//! Only when an ask that was begun after `quiet` fails too, the share is used. Who has not looked for a while begins anew.
//!
//! *Redis comes.* Who uses a share asks every [`CIRCUIT`], and sends at most [`HORIZON`] after that by an old answer. So
//! `warm` after Redis came everybody has found it. Redis itself knows that it may have been away: it has no key (it is new,
//! or has lost all), or nobody has asked for `idle`, which is shorter than `quiet` (by more than Redis can be back without being seen). Then it gives no places until `warm` is
//! over, and who asks uses a share until the gap before. Without a key, places that an earlier Redis gave out may still be
//! used: then even shares begin only a horizon and a gap later.
//!
//! What this leaves: a process that alone cannot reach Redis for longer than `quiet`, while the others can, sends its share
//! beside their places. Nobody can know of that.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::timing::{AGAIN, BLINK, CIRCUIT, HORIZON, Spans};
use crate::clock::from_now;

/// Who gives out places: Redis.
pub(super) trait Decide {
    /// Decides once. Where the wait is longer than `longest`, nothing is taken.
    fn decide(
        &self,
        spans: &Spans,
        longest: Duration,
    ) -> impl Future<Output = Result<Decision, String>> + Send;
}

/// What was decided. Times count from a moment between question and answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decision {
    /// The place comes after this time.
    Place(Duration),
    /// No places yet; the share may be used for this time.
    Share(Duration),
    /// Ask again after this time.
    Later(Duration),
}

/// What a process knows between its requests.
#[derive(Debug, Default)]
pub(super) struct Walk {
    failing: Option<Failing>,
    /// When the next request of the share may leave.
    share: Option<Instant>,
}

/// Redis is away.
#[derive(Debug)]
struct Failing {
    since: Instant,
    /// When the last ask that failed was begun.
    asked: Instant,
    /// It has been away long enough to use the share.
    alone: bool,
    problem: String,
}

/// What a request may do.
#[derive(Debug)]
enum Step {
    /// Leave after the first moment and not after the second.
    Place(Instant, Instant),
    /// Leave by the share; if that comes after `latest`, ask again.
    Share { latest: Instant, again: Instant },
    /// Ask again then.
    Later(Instant),
}

impl Walk {
    /// Returns zero when the request may leave; or a time longer than `longest`, which it would have to wait. An error comes
    /// in the moment in which it may leave without Redis, and says why it does.
    pub(super) async fn turn(
        &mut self,
        redis: &impl Decide,
        spans: &Spans,
        longest: Duration,
    ) -> Result<Duration, String> {
        let start = Instant::now();
        let deadline = from_now(longest);
        loop {
            let step = self.step(redis, spans, deadline).await;
            let now = Instant::now();
            let (moment, latest) = match step {
                Step::Place(leave, latest) => (leave, Some(latest)),
                Step::Share { latest, again } => match self.share.map_or(now, |at| at.max(now)) {
                    leave if leave <= latest => (leave, Some(latest)),
                    _ => (again, None),
                },
                Step::Later(again) => (again, None),
            };
            if moment > deadline {
                return Ok(moment - start);
            }
            sleep_until(moment).await;
            let now = Instant::now();
            if latest.is_none_or(|latest| now > latest) {
                continue;
            }
            if matches!(step, Step::Share { .. }) {
                self.share = Some(now + spans.share);
            }
            return match &self.failing {
                Some(failing) => Err(failing.problem.clone()),
                None => Ok(Duration::ZERO),
            };
        }
    }

    async fn step(&mut self, redis: &impl Decide, spans: &Spans, deadline: Instant) -> Step {
        let asked = Instant::now();
        if let Some(failing) = &self.failing
            && asked < failing.again()
        {
            return failing.step();
        }
        let decided = redis.decide(spans, deadline - asked).await;
        let now = Instant::now();
        let decided = decided.and_then(|decision| match decision {
            Decision::Place(_) if now - asked > spans.late => Err(format!(
                "Redis took {:?} to answer, and a place is good for {:?} only (a setting of the limit, the leeway)",
                now - asked,
                spans.late
            )),
            decision => Ok(decision),
        });
        match decided {
            Ok(decision) => {
                self.failing = None;
                match decision {
                    Decision::Place(wait) => Step::Place(now + wait, asked + wait + spans.late),
                    Decision::Share(time) => Step::Share {
                        latest: asked + time,
                        again: now + time,
                    },
                    Decision::Later(wait) => Step::Later(now + wait),
                }
            }
            Err(problem) => {
                let before = self.failing.take();
                let before = before.filter(|failing| failing.lasts(asked, spans));
                let (since, alone) = before.map_or((now, false), |failing| {
                    let alone = failing.alone || asked >= failing.since + spans.quiet;
                    (failing.since, alone)
                });
                let failing = Failing {
                    since,
                    asked,
                    alone,
                    problem,
                };
                self.failing.insert(failing).step()
            }
        }
    }
}

impl Failing {
    fn again(&self) -> Instant {
        self.asked + if self.alone { CIRCUIT } else { AGAIN }
    }

    /// Whether Redis has been away ever since. Who did not look for a while cannot know.
    fn lasts(&self, now: Instant, spans: &Spans) -> bool {
        let unseen = if self.alone { spans.warm } else { BLINK };
        now - self.asked <= unseen
    }

    fn step(&self) -> Step {
        match self.alone {
            true => Step::Share {
                latest: self.again() + HORIZON,
                again: self.again(),
            },
            false => Step::Later(self.again()),
        }
    }
}
