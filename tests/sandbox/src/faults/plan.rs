//! The schedules of faults: the next request, the n-th, every n-th, for a time, or by chance.

use std::time::Instant;

use super::Fault;

/// All scheduled faults. If several rules select a request, the oldest one decides.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    rules: Vec<Constraints>,
    /// The number of requests that have had a fault.
    hits: u64,
}

#[derive(Debug)]
struct Constraints {
    filter: RequestFilter,
    schedule: Schedule,
    /// The number of matching requests so far.
    count: u64,
}

/// The matching requests that a rule selects.
#[derive(Debug)]
pub(crate) enum Schedule {
    /// `count` requests in a row; `first` counts from 1.
    From {
        first: u64,
        count: u64,
        fault: Fault,
    },
    /// Every n-th request.
    Every { nth: u64, fault: Fault },
    /// Every request before `end`.
    Until { end: Instant, fault: Fault },
    /// Each fault with its probability; the remainder to 1 is the probability of no fault.
    Chance {
        rng: fastrand::Rng,
        chances: Vec<(Fault, f64)>,
    },
}

/// The requests that a rule applies to; `None` matches any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestFilter {
    pub(crate) operation: Option<String>,
    pub(crate) method: Option<String>,
    /// The whole path, or the part after the API's prefix.
    pub(crate) path: Option<String>,
}

/// The properties of a request that a filter compares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestInfo<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) below_prefix: Option<&'a str>,
}

impl RequestFilter {
    fn matches(&self, request: RequestInfo<'_>) -> bool {
        let matches = |wanted: &Option<String>, found: &[Option<&str>]| {
            wanted.is_none() || found.contains(&wanted.as_deref())
        };
        matches(&self.operation, &[request.operation])
            && matches(&self.method, &[Some(request.method)])
            && matches(&self.path, &[Some(request.path), request.below_prefix])
    }
}

impl Plan {
    pub(crate) fn add(&mut self, filter: RequestFilter, schedule: Schedule) {
        self.rules.push(Constraints {
            filter,
            schedule,
            count: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn hits(&self) -> u64 {
        self.hits
    }

    /// Selects the fault for a request. Every rule counts the request, so that rules are independent of each other.
    pub(crate) fn select(&mut self, request: RequestInfo<'_>, now: Instant) -> Option<Fault> {
        let mut selected = None;
        for rule in &mut self.rules {
            if rule.filter.matches(request) {
                rule.count += 1;
                selected = selected.or(rule.schedule.select(rule.count, now));
            }
        }
        self.rules.retain(|rule| !rule.is_over(now));
        self.hits += u64::from(selected.is_some());
        selected
    }
}

impl Constraints {
    fn is_over(&self, now: Instant) -> bool {
        match self.schedule {
            Schedule::From { first, count, .. } => self.count + 1 >= first.saturating_add(count),
            Schedule::Until { end, .. } => now >= end,
            Schedule::Every { .. } | Schedule::Chance { .. } => false,
        }
    }
}

impl Schedule {
    fn select(&mut self, number: u64, now: Instant) -> Option<Fault> {
        match self {
            Self::From {
                first,
                count,
                fault,
            } => (*first..first.saturating_add(*count))
                .contains(&number)
                .then_some(*fault),
            Self::Every { nth, fault } => number.is_multiple_of(*nth).then_some(*fault),
            Self::Until { end, fault } => (now < *end).then_some(*fault),
            Self::Chance { rng, chances } => {
                let mut drawn = rng.f64();
                let hit = chances.iter().find(|(_, chance)| {
                    drawn -= chance;
                    drawn < 0.0
                });
                hit.map(|(fault, _)| *fault)
            }
        }
    }
}
