//! The handle by which a test asks for faults.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Requests, When};
use super::{Fault, Plan};
use crate::clock;
use crate::service::Service;

/// Asks a sandbox for faults. They add up: a request that several meet has that which was asked for first.
///
/// ```no_run
/// use procountor_sandbox::{Fault, Sandbox, Taken};
///
/// # async fn example(sandbox: Sandbox) -> Result<(), Box<dyn std::error::Error>> {
/// // The next request fails, whatever it is:
/// sandbox.faults().next(Fault::ResetBefore);
/// // The next invoice is created, and nobody learns of it:
/// sandbox.faults().matching("saveInvoice")?.next(Fault::ServerError(Taken::Yes));
/// // Every tenth request is reset, and a hundredth is answered with a page of a gateway:
/// sandbox.faults().every(10, Fault::ResetAfter);
/// sandbox.faults().by_chance(42, [(Fault::BadGateway(Taken::No), 0.01)]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Faults {
    service: Arc<Service>,
    requests: Requests,
}

impl Faults {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self {
            service,
            requests: Requests::default(),
        }
    }

    /// Narrows what is asked for to an operation (`saveInvoice`), a method (`PUT`), or a path (`/oauth/token`, with the
    /// prefix of the API or without). Several can be combined.
    ///
    /// # Errors
    /// There is no such operation, so that no request could match.
    pub fn matching(mut self, requests: &str) -> Result<Self, UnknownRequests> {
        let operations = &self.service.model.api.operations;
        if requests.starts_with('/') {
            self.requests.path = Some(requests.to_owned());
        } else if METHODS.contains(&requests) {
            self.requests.method = Some(requests.to_owned());
        } else if operations.iter().any(|known| known.id == requests) {
            self.requests.operation = Some(requests.to_owned());
        } else {
            return Err(UnknownRequests {
                requests: requests.to_owned(),
                version: self.service.model.api.version.clone(),
            });
        }
        Ok(self)
    }

    /// The next request meets the fault.
    pub fn next(&self, fault: Fault) {
        self.nth(1, fault);
    }

    /// The next so many requests meet the fault.
    pub fn in_a_row(&self, count: u64, fault: Fault) {
        self.add(When::From {
            first: 1,
            count,
            fault,
        });
    }

    /// The n-th request from now on meets the fault; the next one is the first.
    pub fn nth(&self, nth: u64, fault: Fault) {
        self.add(When::From {
            first: nth.max(1),
            count: 1,
            fault,
        });
    }

    /// Every n-th request meets the fault, counted from now on.
    pub fn every(&self, nth: u64, fault: Fault) {
        self.add(When::Every {
            nth: nth.max(1),
            fault,
        });
    }

    /// Every request meets the fault for so long.
    pub fn during(&self, time: Duration, fault: Fault) {
        let end = clock::now() + time;
        self.add(When::Until { end, fault });
    }

    /// Each request meets each fault with its probability, from 0 to 1; at most one of them. The same seed gives the same
    /// faults to the same requests.
    pub fn by_chance(&self, seed: u64, chances: impl IntoIterator<Item = (Fault, f64)>) {
        self.add(When::Chance {
            rng: fastrand::Rng::with_seed(seed),
            chances: chances.into_iter().collect(),
        });
    }

    /// Takes back all that was asked for, by whatever handle.
    pub fn clear(&self) {
        self.service.state().plan.clear();
    }

    /// Makes a revoked API key valid again.
    pub fn restore(&self) {
        self.service.state().tokens.resume_keys();
    }

    /// How many requests have met a fault so far, also those that never came further.
    pub fn met(&self) -> u64 {
        self.service.state().plan.met()
    }

    fn add(&self, when: When) {
        let plan: &mut Plan = &mut self.service.state().plan;
        plan.add(self.requests.clone(), when);
    }
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// There are no such requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRequests {
    requests: String,
    version: String,
}

impl fmt::Display for UnknownRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no request can match `{}`: it is no operation of API version {} (as `saveInvoice`), no method ({}), and no path \
             (it would begin with `/`)",
            self.requests,
            self.version,
            METHODS.join(", ")
        )
    }
}

impl std::error::Error for UnknownRequests {}
