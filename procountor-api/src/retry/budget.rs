//! The retry budget that all clones of a client share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A bound on the retries of all calls of a client together.
///
/// The budget is a bucket of tokens that all clones of the client share. A retry takes some tokens, and a success returns
/// one. When most calls fail, retrying them all would make an outage worse; with an empty bucket each call fails after its
/// first attempt, until some calls succeed.
///
/// ```
/// use procountor_api::retry::RetryBudget;
///
/// // Ten retries in a row; after that, one for every twenty successes.
/// let strict = RetryBudget::default().full(200).retry(20);
/// # let _ = strict;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    full: u32,
    retry: u32,
}

/// Twenty retries in a row; after that, one for every five successes.
impl Default for RetryBudget {
    fn default() -> Self {
        Self {
            full: 100,
            retry: 5,
        }
    }
}

impl RetryBudget {
    /// Sets the number of tokens in a full bucket (default: 100). The bucket is full at first.
    #[must_use]
    pub fn full(mut self, tokens: u32) -> Self {
        self.full = tokens;
        self
    }

    /// Sets the number of tokens that a retry takes (default: 5). With 0 the budget is unlimited.
    #[must_use]
    pub fn retry(mut self, tokens: u32) -> Self {
        self.retry = tokens;
        self
    }
}

/// The tokens that are left of a budget.
#[derive(Debug)]
pub(crate) struct Bucket {
    budget: RetryBudget,
    left: Mutex<u32>,
}

impl Bucket {
    pub(crate) fn new(budget: RetryBudget) -> Self {
        Self {
            budget,
            left: Mutex::new(budget.full),
        }
    }

    /// Takes the tokens of a retry; returns `false` if too few are left.
    pub(crate) fn spend(&self) -> bool {
        let mut left = self.left();
        let rest = left.checked_sub(self.budget.retry);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    /// Returns one token after a success.
    pub(crate) fn refill(&self) {
        let mut left = self.left();
        *left = left.saturating_add(1).min(self.budget.full);
    }

    fn left(&self) -> MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_out_and_recovers() {
        let bucket = Bucket::new(RetryBudget::default());
        assert_eq!((0..1000).filter(|_| bucket.spend()).count(), 20);
        (0..5).for_each(|_| bucket.refill());
        assert!(bucket.spend());
        assert!(!bucket.spend());
        (0..1000).for_each(|_| bucket.refill());
        assert_eq!((0..1000).filter(|_| bucket.spend()).count(), 20);
    }

    #[test]
    fn a_budget_can_be_set() {
        let bucket = Bucket::new(RetryBudget::default().full(7).retry(3));
        assert_eq!((0..9).filter(|_| bucket.spend()).count(), 2);
        let unlimited = Bucket::new(RetryBudget::default().retry(0));
        assert_eq!((0..900).filter(|_| unlimited.spend()).count(), 900);
    }
}
