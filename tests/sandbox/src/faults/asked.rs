//! The handle with which a test schedules faults.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Fault;
use super::plan::{RequestFilter, Schedule};
use crate::clock;
use crate::service::Service;

/// Schedules the faults of a sandbox. If several schedules select the same request, the oldest one decides.
///
/// ```no_run
/// use procountor_sandbox::{Applied, Fault, Sandbox};
///
/// # async fn example(sandbox: Sandbox) -> Result<(), Box<dyn std::error::Error>> {
/// // The next request fails, whatever it is:
/// sandbox.faults().next(Fault::ResetBefore);
/// // The next invoice is created, but the response is an error:
/// sandbox.faults().matching("saveInvoice")?.next(Fault::ServerError(Applied::Yes));
/// // Every tenth request is reset, and one in a hundred receives a gateway's error page:
/// sandbox.faults().every(10, Fault::ResetAfter);
/// sandbox.faults().by_chance(42, [(Fault::BadGateway(Applied::No), 0.01)]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Faults {
    service: Arc<Service>,
    filter: RequestFilter,
}

impl Faults {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self {
            service,
            filter: RequestFilter::default(),
        }
    }

    /// Restricts the following schedules to an operation (`saveInvoice`), a method (`PUT`), or a path (`/oauth/token`, with
    /// or without the API's prefix). Restrictions can be combined.
    ///
    /// # Errors
    ///
    /// Returns an error if no request can match.
    pub fn matching(mut self, requests: &str) -> Result<Self, UnknownRequests> {
        let operations = &self.service.model.api.operations;
        let filter = &mut self.filter;
        let part = if requests.starts_with('/') {
            &mut filter.path
        } else if METHODS.contains(&requests) {
            &mut filter.method
        } else if operations.iter().any(|known| known.id == requests) {
            &mut filter.operation
        } else {
            return Err(UnknownRequests {
                requests: requests.to_owned(),
                version: self.service.model.api.version.clone(),
            });
        };
        *part = Some(requests.to_owned());
        Ok(self)
    }

    /// Applies the fault to the next request.
    pub fn next(&self, fault: Fault) {
        self.nth(1, fault);
    }

    /// Applies the fault to the next `count` requests.
    pub fn in_a_row(&self, count: u64, fault: Fault) {
        self.add(Schedule::From {
            first: 1,
            count,
            fault,
        });
    }

    /// Applies the fault to the n-th request from now on; the next request is the first.
    pub fn nth(&self, nth: u64, fault: Fault) {
        self.add(Schedule::From {
            first: nth.max(1),
            count: 1,
            fault,
        });
    }

    /// Applies the fault to every n-th request, counted from now on.
    pub fn every(&self, nth: u64, fault: Fault) {
        self.add(Schedule::Every {
            nth: nth.max(1),
            fault,
        });
    }

    /// Applies the fault to every request within this time.
    pub fn during(&self, time: Duration, fault: Fault) {
        let end = clock::now() + time;
        self.add(Schedule::Until { end, fault });
    }

    /// Applies at most one of the faults to each request, each with its probability from 0 to 1. The same seed selects the
    /// same faults for the same requests.
    pub fn by_chance(&self, seed: u64, chances: impl IntoIterator<Item = (Fault, f64)>) {
        self.add(Schedule::Chance {
            rng: fastrand::Rng::with_seed(seed),
            chances: chances.into_iter().collect(),
        });
    }

    /// Removes all schedules, including those of other handles.
    pub fn clear(&self) {
        self.service.state().plan.clear();
    }

    /// Makes a revoked API key valid again.
    pub fn restore(&self) {
        self.service.state().tokens.resume_keys();
    }

    /// Returns the number of requests that have had a fault, including those that were not read.
    pub fn hits(&self) -> u64 {
        self.service.state().plan.hits()
    }

    fn add(&self, schedule: Schedule) {
        let mut state = self.service.state();
        state.plan.add(self.filter.clone(), schedule);
    }
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The error of [`Faults::matching`]: no request can match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRequests {
    requests: String,
    version: String,
}

impl fmt::Display for UnknownRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no request can match `{}`; use an operation of API version {} (such as `saveInvoice`), a method ({}), or a path \
             that starts with `/`",
            self.requests,
            self.version,
            METHODS.join(", ")
        )
    }
}

impl std::error::Error for UnknownRequests {}
