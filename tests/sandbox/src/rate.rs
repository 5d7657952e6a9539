//! The rate limit of a company, over any one second.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The window in which requests are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// A sliding window over the admitted requests.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: Option<u32>,
    admitted: VecDeque<Instant>,
}

impl Limiter {
    /// Creates a limiter for this number of requests per second, or without a limit.
    pub(crate) fn new(limit: Option<u32>) -> Self {
        Self {
            limit,
            admitted: VecDeque::new(),
        }
    }

    /// Admits a request, or returns the times of the requests that fill the window.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<(), Vec<Instant>> {
        let Some(limit) = self.limit else {
            return Ok(());
        };
        while self
            .admitted
            .front()
            .is_some_and(|first| now.duration_since(*first) >= WINDOW)
        {
            self.admitted.pop_front();
        }
        if self.admitted.len() >= limit as usize {
            return Err(self.admitted.iter().copied().collect());
        }
        self.admitted.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_passes_when_the_first_left_the_window() {
        let mut limiter = Limiter::new(Some(2));
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(limiter.admit(start), Ok(()));
        assert_eq!(limiter.admit(after(600)), Ok(()));
        assert_eq!(limiter.admit(after(900)), Err(vec![start, after(600)]));
        assert_eq!(limiter.admit(after(1000)), Ok(()));
        assert_eq!(
            limiter.admit(after(1500)),
            Err(vec![after(600), after(1000)])
        );
    }
}
