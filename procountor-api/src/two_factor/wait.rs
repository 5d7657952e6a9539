//! Polling for the outcome of a two-factor operation.
//!
//! Waiting for a person is not a retry: it has its own schedule, and each request is sent once. After a temporary error,
//! the next request follows. A 404 counts as temporary for a while, because the vendor does not document when a
//! transaction becomes visible. If the time is over and the server still returns 202, the outcome is
//! [`Pending`](TwoFactorOutcome::Pending).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{ReportsOutcome, TwoFactorOutcome};
use crate::client::{CallOptions, ClientInner, SendFuture, checked, execute, read};
use crate::error::{Delivery, Error, ErrorKind};
use crate::operation::{Operation, Prepared, RawResponse};
use crate::retry::RetryPolicy;

/// A schedule for polling the outcome of a two-factor operation.
///
/// By default, requests are sent after 2, 4, 8, 8, … seconds, for five minutes, which is how long the vendor keeps a
/// payment that is not confirmed.
///
/// ```
/// use std::time::Duration;
/// use procountor_api::two_factor::WaitPolicy;
///
/// let policy = WaitPolicy::default().first_delay(Duration::from_secs(1)).longest_delay(Duration::from_secs(3));
/// # let _ = policy;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitPolicy {
    first_delay: Duration,
    longest_delay: Duration,
    lifetime: Duration,
    not_found_for: Duration,
    request_timeout: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            first_delay: Duration::from_secs(2),
            longest_delay: Duration::from_secs(8),
            lifetime: Duration::from_secs(300),
            not_found_for: Duration::from_secs(10),
            request_timeout: Duration::from_secs(20),
        }
    }
}

impl WaitPolicy {
    /// Sets the delay before the first request (default: 2 s). It doubles for each of the following.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the longest delay between two requests (default: 8 s).
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// Sets the time that the person has (default: 5 min), from the begin of the operation, or from now if that is not
    /// known. The last request is sent at its end.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets how long a 404 means that the transaction is not visible yet (default: 10 s).
    #[must_use]
    pub fn not_found_for(mut self, time: Duration) -> Self {
        self.not_found_for = time;
        self
    }

    /// Sets the timeout of one request (default: 20 s), unless the call has a [timeout](crate::Call::timeout).
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }
}

/// Polls until the operation has an outcome or the time is over.
pub(super) fn poll<E: ReportsOutcome>(
    client: Arc<ClientInner>,
    endpoint: &E,
    options: CallOptions,
    policy: WaitPolicy,
    elapsed: Duration,
) -> SendFuture<TwoFactorOutcome<E::Done>> {
    let request = checked(&client, E::OPERATION, endpoint);
    SendFuture::new(async move {
        let request = request?;
        let raw = poll_raw(&client, E::OPERATION, &request, options, policy, elapsed);
        decode::<E>(raw.await?)
    })
}

/// Decodes the response of an outcome.
pub(super) fn decode<E: ReportsOutcome>(
    outcome: TwoFactorOutcome<RawResponse>,
) -> Result<TwoFactorOutcome<E::Done>, Error> {
    Ok(match outcome {
        TwoFactorOutcome::Done(response) => match E::done(read::<E>(response)?.value) {
            Some(done) => TwoFactorOutcome::Done(done),
            None => TwoFactorOutcome::Pending,
        },
        TwoFactorOutcome::Pending => TwoFactorOutcome::Pending,
        TwoFactorOutcome::Refused(error) => TwoFactorOutcome::Refused(error),
        TwoFactorOutcome::Expired(error) => TwoFactorOutcome::Expired(error),
        TwoFactorOutcome::AlreadyProcessed(error) => TwoFactorOutcome::AlreadyProcessed(error),
    })
}

/// Returns the outcome that a response reports.
///
/// Before 26.04 the request is a PUT that does not change anything, so an unknown outcome of the request itself does not
/// matter.
pub(super) fn outcome_of(
    response: Result<RawResponse, Error>,
) -> Result<TwoFactorOutcome<RawResponse>, Error> {
    let error = match response {
        Ok(response) if response.status == 202 => return Ok(TwoFactorOutcome::Pending),
        Ok(response) => return Ok(TwoFactorOutcome::Done(response)),
        Err(error) => error,
    };
    let outcome = match error.api().map(|api| api.status) {
        Some(406) => TwoFactorOutcome::Refused,
        Some(408) => TwoFactorOutcome::Expired,
        Some(409) => TwoFactorOutcome::AlreadyProcessed,
        _ => return Err(error),
    };
    error.api().cloned().map(outcome).ok_or(error)
}

async fn poll_raw(
    client: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    options: CallOptions,
    policy: WaitPolicy,
    elapsed: Duration,
) -> Result<TwoFactorOutcome<RawResponse>, Error> {
    let start = Instant::now();
    let end = start + policy.lifetime.saturating_sub(elapsed);
    let not_found_until = start + policy.not_found_for.saturating_sub(elapsed);
    let options = CallOptions {
        retry: Some(RetryPolicy::none()),
        timeout: options.timeout.or(Some(policy.request_timeout)),
    };
    // At most ten requests a second, whatever the policy is.
    let longest = policy.longest_delay.max(Duration::from_millis(100));
    let mut delay = policy
        .first_delay
        .clamp(Duration::from_millis(100), longest);
    loop {
        sleep_until((Instant::now() + delay).min(end)).await;
        let is_last = Instant::now() >= end;
        match outcome_of(execute(client, operation, request, options).await) {
            Ok(TwoFactorOutcome::Pending) if !is_last => {}
            Err(error)
                if !is_last && is_temporary(error.kind(), Instant::now() < not_found_until) => {}
            outcome => return outcome,
        }
        delay = (delay * 2).min(longest);
    }
}

/// Returns whether a later request may get another response.
fn is_temporary(kind: &ErrorKind, not_found: bool) -> bool {
    match kind {
        ErrorKind::Transport(error) => error.delivery() != Delivery::Responded,
        ErrorKind::TimedOut => true,
        ErrorKind::Api(error) => match error.status {
            404 => not_found,
            429 | 500.. => true,
            _ => false,
        },
        ErrorKind::OutcomeUnknown(inner) => is_temporary(inner, not_found),
        _ => false,
    }
}
