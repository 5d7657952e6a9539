//! When which fault strikes: the next time, the n-th, every n-th, for a time, or by chance.

use std::time::Instant;

use super::Fault;

/// All that was asked for. A request that several rules strike meets the fault of the oldest.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    rules: Vec<Rule>,
    /// How many requests met a fault.
    met: u64,
}

#[derive(Debug)]
struct Rule {
    requests: Requests,
    when: When,
    /// How many of its requests have come.
    seen: u64,
}

/// When a rule strikes the requests that it is about.
#[derive(Debug)]
pub(crate) enum When {
    /// So many in a row, from this one on; the first is 1.
    From {
        first: u64,
        count: u64,
        fault: Fault,
    },
    /// Each time that so many have come.
    Every { nth: u64, fault: Fault },
    /// Until this moment.
    Until { end: Instant, fault: Fault },
    /// Each fault by its chance; what is left of 1 is the chance of none.
    Chance {
        rng: fastrand::Rng,
        chances: Vec<(Fault, f64)>,
    },
}

/// Which requests a rule is about; what is not said is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requests {
    pub(crate) operation: Option<String>,
    pub(crate) method: Option<String>,
    /// Whole, or below the prefix of the API.
    pub(crate) path: Option<String>,
}

/// What a plan sees of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) below_prefix: Option<&'a str>,
}

impl Requests {
    fn has(&self, seen: Seen<'_>) -> bool {
        let path = |path| seen.path == path || seen.below_prefix == Some(path);
        self.operation
            .as_deref()
            .is_none_or(|operation| seen.operation == Some(operation))
            && self
                .method
                .as_deref()
                .is_none_or(|method| seen.method == method)
            && self.path.as_deref().is_none_or(path)
    }
}

impl Plan {
    pub(crate) fn add(&mut self, requests: Requests, when: When) {
        self.rules.push(Rule {
            requests,
            when,
            seen: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn met(&self) -> u64 {
        self.met
    }

    /// The fault that a request meets. Every rule counts it, so that one does not depend on another.
    pub(crate) fn strike(&mut self, seen: Seen<'_>, now: Instant) -> Option<Fault> {
        let mut met = None;
        for rule in &mut self.rules {
            if rule.requests.has(seen) {
                rule.seen += 1;
                met = met.or(rule.when.strike(rule.seen, now));
            }
        }
        self.rules.retain(|rule| !rule.is_over(now));
        self.met += u64::from(met.is_some());
        met
    }
}

impl Rule {
    fn is_over(&self, now: Instant) -> bool {
        match self.when {
            When::From { first, count, .. } => self.seen + 1 >= first.saturating_add(count),
            When::Until { end, .. } => now >= end,
            When::Every { .. } | When::Chance { .. } => false,
        }
    }
}

impl When {
    fn strike(&mut self, number: u64, now: Instant) -> Option<Fault> {
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
