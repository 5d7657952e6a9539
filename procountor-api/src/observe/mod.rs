//! Metrics and traces.
//!
//! An [`Observer`] receives the events of a client as method calls, for metrics. With the feature `tracing` the client also
//! records spans and events with OpenTelemetry's names; they do not go through the observer, because a span must surround
//! the future that it measures.

#[cfg(not(feature = "tracing"))]
mod no_spans;
#[cfg(feature = "tracing")]
mod spans;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::operation::{Method, Operation, Retry};
use crate::retry::RetryRule;

#[cfg(not(feature = "tracing"))]
use no_spans as spans;
pub(crate) use spans::Span;

/// Receives the events of a client, for metrics.
///
/// All methods have empty default bodies. They are called during a call, so they should return quickly.
///
/// A panic in an observer is caught and does not fail the call, unless the program is built with `panic = "abort"`.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use procountor_api::observe::{Created, Finished, Observer};
///
/// #[derive(Default)]
/// struct Metrics { server_errors: AtomicU64, billed: AtomicU64 }
///
/// impl Observer for Metrics {
///     fn finished(&self, request: &Finished<'_>) {
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
    /// Called before a request is sent: one attempt of a call, or a token request.
    fn sent(&self, _request: &Sent) {}
    /// Called once for each `sent`, when the request has ended in any way.
    fn finished(&self, _request: &Finished<'_>) {}
    /// Called before the delay of a retry.
    fn retrying(&self, _retry: &Retrying) {}
    /// Called after a request has waited for the rate limit, with the time that it waited.
    fn waited(&self, _wait: Duration) {}
    /// Called when a 429 has reduced the rate, with the new time between two requests.
    fn slowed_down(&self, _interval: Duration) {}
    /// Called when the server has issued an access token, with the duration of the request.
    fn token_fetched(&self, _duration: Duration) {}
    /// Called when a call could not get an access token.
    fn token_failed(&self, _error: &ErrorKind) {}
    /// Called when a POST that creates something, such as an invoice, has succeeded.
    ///
    /// The vendor charges for created documents of some kinds. Look at the operation to find out which kind it is.
    fn created(&self, _created: &Created) {}
    /// Called when a store could not be reached and the client goes on without it.
    ///
    /// For the token store, [`ClientBuilder::on_token_event`](crate::ClientBuilder::on_token_event) receives the details.
    fn store_failed(&self, _store: Store, _problem: &dyn fmt::Display) {}
}

/// A store outside the process that a client can go on without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Store {
    /// The [`TokenStore`](crate::auth::TokenStore).
    Tokens,
    /// The [`SharedLimit`](crate::rate::SharedLimit).
    RateLimit,
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tokens => "the token store",
            Self::RateLimit => "the shared rate limit",
        })
    }
}

/// A request that is about to be sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sent {
    /// The operation, or `None` for a token request and other requests of the authorization.
    pub operation: Option<&'static Operation>,
    /// The number of the attempt in its call; the first is 1.
    pub attempt: u32,
}

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Finished<'a> {
    /// The operation, or `None` for a token request and other requests of the authorization.
    pub operation: Option<&'static Operation>,
    /// The number of the attempt in its call; the first is 1.
    pub attempt: u32,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The failure, if there was no response: the [name](crate::retry::Failure::name) of a failure, or `dropped` if the call
    /// was dropped or reached its deadline.
    pub failure: Option<&'a str>,
    /// The time from sending the request to the end of the response.
    pub duration: Duration,
}

/// A request that is about to be retried.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Retrying {
    /// The operation.
    pub operation: &'static Operation,
    /// The number of attempts so far.
    pub attempts: u32,
    /// The rule that applied: the failure, the action, and the reason.
    pub rule: &'static RetryRule,
    /// The delay before the next attempt.
    pub delay: Duration,
}

/// A success of an operation that creates something.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Created {
    /// The operation.
    pub operation: &'static Operation,
    /// The HTTP status.
    pub status: u16,
}

/// Forwards events to the observer, if there is one, and to `tracing`.
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

    fn notify(&self, event: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.observer {
            // The closure does not touch the state of the client, so a panic cannot break it.
            drop(catch_unwind(AssertUnwindSafe(|| event(observer.as_ref()))));
        }
    }

    pub(crate) fn sent(&self, sent: &Sent) {
        self.notify(|observer| observer.sent(sent));
    }

    pub(crate) fn finished(&self, finished: &Finished<'_>) {
        self.notify(|observer| observer.finished(finished));
        if let (Some(operation), Some(status)) = (finished.operation, finished.status)
            && creates(operation, status)
        {
            self.notify(|observer| observer.created(&Created { operation, status }));
        }
    }

    pub(crate) fn retrying(&self, retrying: &Retrying) {
        spans::retrying(retrying);
        self.notify(|observer| observer.retrying(retrying));
    }

    pub(crate) fn waited(&self, wait: Duration) {
        if !wait.is_zero() {
            spans::waited(wait);
            self.notify(|observer| observer.waited(wait));
        }
    }

    pub(crate) fn slowed_down(&self, interval: Duration) {
        spans::slowed_down(interval);
        self.notify(|observer| observer.slowed_down(interval));
    }

    pub(crate) fn token_fetched(&self, duration: Duration) {
        self.notify(|observer| observer.token_fetched(duration));
    }

    pub(crate) fn token_failed(&self, error: &ErrorKind) {
        spans::token_failed(error);
        self.notify(|observer| observer.token_failed(error));
    }

    pub(crate) fn store_failed(&self, store: Store, problem: &dyn fmt::Display) {
        spans::store_failed(store, problem);
        self.notify(|observer| observer.store_failed(store, problem));
    }
}

/// Returns whether a response means that something was created.
///
/// A 202 is a two-factor operation that has not been confirmed yet, and a POST that only reads is `safe`.
fn creates(operation: &Operation, status: u16) -> bool {
    operation.method == Method::POST
        && operation.retry != Retry::Safe
        && (200..300).contains(&status)
        && status != 202
}
