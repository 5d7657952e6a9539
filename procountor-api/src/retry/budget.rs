//! How many retries all calls of a client may make together.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A bucket of tokens that all clones of a client share: a retry takes some out, a success puts one back. When most calls
/// fail, sending them all again makes matters worse; then each fails at once, until some succeed.
///
/// ```
/// use procountor_api::retry::RetryBudget;
///
/// // Ten retries in a row; from then on one for every twenty successes.
/// let strict = RetryBudget::default().full(200).retry(20);
/// # let _ = strict;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    full: u32,
    retry: u32,
}

/// Twenty retries in a row; from then on one for every five successes.
impl Default for RetryBudget {
    fn default() -> Self {
        Self {
            full: 100,
            retry: 5,
        }
    }
}

impl RetryBudget {
    /// How many tokens the bucket holds; it is full at first. 100 unless set.
    #[must_use]
    pub fn full(mut self, tokens: u32) -> Self {
        self.full = tokens;
        self
    }

    /// How many tokens a retry takes; 5 unless set. With 0 there is no budget to run out.
    #[must_use]
    pub fn retry(mut self, tokens: u32) -> Self {
        self.retry = tokens;
        self
    }
}

/// What is left of a budget.
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

    /// Takes what a retry costs; false when there is not enough.
    pub(crate) fn spend(&self) -> bool {
        let mut left = self.left();
        let rest = left.checked_sub(self.budget.retry);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    /// Every success gives a little back.
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
    fn the_budget_runs_out_and_comes_back() {
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
        let endless = Bucket::new(RetryBudget::default().retry(0));
        assert_eq!((0..900).filter(|_| endless.spend()).count(), 900);
    }
}
