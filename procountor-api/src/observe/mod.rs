//! What a client tells about its work: an observer for metrics, and `tracing` where its feature is on.

#[cfg(feature = "tracing")]
mod spans;
#[cfg(not(feature = "tracing"))]
#[path = "no_spans.rs"]
mod spans;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::operation::{Method, Operation, Retry};
use crate::retry::RetryRule;

pub(crate) use spans::Span;

/// Is told what a client does, for metrics. Every method does nothing unless it is written; each is called while a call is
/// on its way, so it should be quick.
///
/// An observer cannot break a call: a panic in it is caught, and the call goes on. (Rust's panic hook has printed it by
/// then. Where a program is built with `panic = "abort"`, nothing can be caught.)
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use procountor_api::observe::Observer;
/// use procountor_api::observe::{Answered, Created};
///
/// #[derive(Default)]
/// struct Metrics { server_errors: AtomicU64, billed: AtomicU64 }
///
/// impl Observer for Metrics {
///     fn answered(&self, request: &Answered<'_>) {
///         if request.status.is_some_and(|status| status >= 500) {
///             self.server_errors.fetch_add(1, Ordering::Relaxed);
///         }
///     }
///     fn created(&self, _: &Created) {
///         self.billed.fetch_add(1, Ordering::Relaxed);
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// A request leaves: one attempt of a call, or a request for a token.
    fn sent(&self, _request: &Sent) {}
    /// What became of a request that left. It is told once for each `sent`, whatever happens.
    fn answered(&self, _request: &Answered<'_>) {}
    /// A request failed and will be sent again.
    fn retrying(&self, _retry: &Retrying) {}
    /// A call had to wait for its turn in the rate limit.
    fn waited(&self, _wait: Duration) {}
    /// The server said 429: from now on there is so much time between two requests.
    fn slowed_down(&self, _interval: Duration) {}
    /// A token was fetched, in this time.
    fn token_fetched(&self, _duration: Duration) {}
    /// A call got no token.
    fn token_failed(&self, _error: &ErrorKind) {}
    /// The server created something, such as an invoice: a POST was answered with success. The vendor charges for created
    /// documents; which ones is its business, so look at the operation.
    fn created(&self, _created: &Created) {}
    /// Something that this client keeps elsewhere could not be reached, and it goes on without it. `store` says what it is,
    /// as in "the shared rate limit".
    fn store_failed(&self, _store: &str, _problem: &dyn fmt::Display) {}
}

/// A request that leaves.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sent {
    /// The operation; `None` for a request for a token, and whatever else authorization needs.
    pub operation: Option<&'static Operation>,
    /// Which attempt of its call it is; the first is 1.
    pub attempt: u32,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answered<'a> {
    /// The operation; `None` for a request for a token, and whatever else authorization needs.
    pub operation: Option<&'static Operation>,
    /// Which attempt of its call it was; the first is 1.
    pub attempt: u32,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// What went wrong where no answer came: the [name](crate::retry::Failure::name) of a failure, or `dropped` when the
    /// call was dropped or its time ran out meanwhile.
    pub failure: Option<&'a str>,
    /// From sending the request to the end of the answer.
    pub duration: Duration,
}

/// A request that will be sent again.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Retrying {
    /// The operation.
    pub operation: &'static Operation,
    /// How often it was sent so far.
    pub attempts: u32,
    /// What happened, and why it may be sent again.
    pub rule: &'static RetryRule,
    /// After which delay.
    pub delay: Duration,
}

/// Something that was created.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Created {
    /// The operation.
    pub operation: &'static Operation,
    /// The HTTP status.
    pub status: u16,
}

/// Whoever is to be told.
#[derive(Clone, Default)]
pub(crate) struct Notifier {
    observer: Option<Arc<dyn Observer>>,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier")
            .field("observer", &self.observer.is_some())
            .finish()
    }
}

impl Notifier {
    pub(crate) fn new(observer: Option<Arc<dyn Observer>>) -> Self {
        Self { observer }
    }

    fn tell(&self, tell: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.observer {
            // What an observer leaves half done is its own; nothing of the client is behind the closure.
            drop(catch_unwind(AssertUnwindSafe(|| tell(observer.as_ref()))));
        }
    }

    pub(crate) fn sent(&self, sent: &Sent) {
        self.tell(|observer| observer.sent(sent));
    }

    pub(crate) fn answered(&self, answered: &Answered<'_>) {
        self.tell(|observer| observer.answered(answered));
        let (Some(operation), Some(status)) = (answered.operation, answered.status) else {
            return;
        };
        if creates(operation, status) {
            self.tell(|observer| observer.created(&Created { operation, status }));
        }
    }

    pub(crate) fn retrying(&self, retrying: &Retrying) {
        spans::retrying(retrying);
        self.tell(|observer| observer.retrying(retrying));
    }

    pub(crate) fn waited(&self, wait: Duration) {
        if !wait.is_zero() {
            spans::waited(wait);
            self.tell(|observer| observer.waited(wait));
        }
    }

    pub(crate) fn slowed_down(&self, interval: Duration) {
        spans::slowed_down(interval);
        self.tell(|observer| observer.slowed_down(interval));
    }

    pub(crate) fn token_fetched(&self, duration: Duration) {
        self.tell(|observer| observer.token_fetched(duration));
    }

    pub(crate) fn token_failed(&self, error: &ErrorKind) {
        spans::token_failed(error);
        self.tell(|observer| observer.token_failed(error));
    }

    pub(crate) fn store_failed(&self, store: &str, problem: &dyn fmt::Display) {
        spans::store_failed(store, problem);
        self.tell(|observer| observer.store_failed(store, problem));
    }
}

/// A 202 is a two-factor operation that nobody has confirmed yet; a POST that only reads is `safe`.
fn creates(operation: &Operation, status: u16) -> bool {
    operation.method == Method::POST
        && operation.retry != Retry::Safe
        && (200..300).contains(&status)
        && status != 202
}
