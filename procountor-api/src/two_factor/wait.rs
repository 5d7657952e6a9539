//! Waiting for the outcome of a two-factor operation: when it is asked for, and what the answers mean.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{ReportsOutcome, TwoFactorOutcome};
use crate::client::{CallOptions, ClientInner, check, execute};
use crate::client::{SendFuture, decode};
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::operation::Prepared;
use crate::operation::RawResponse;
use crate::retry::RetryPolicy;
use crate::transport::Delivery;

/// When the outcome of a two-factor operation is asked for. It has nothing to do with retries: a person needs time.
///
/// ```
/// use std::time::Duration;
/// use procountor_api::two_factor::WaitPolicy;
///
/// let eager = WaitPolicy::default().first_delay(Duration::from_secs(1)).longest_delay(Duration::from_secs(3));
/// # let _ = eager;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitPolicy {
    first_delay: Duration,
    longest_delay: Duration,
    lifetime: Duration,
    unknown_for: Duration,
    each: Duration,
}

/// After 2, 4, 8, 8, … seconds, for five minutes, which is how long the vendor keeps a payment that is not confirmed.
impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            first_delay: Duration::from_secs(2),
            longest_delay: Duration::from_secs(8),
            lifetime: Duration::from_secs(300),
            unknown_for: Duration::from_secs(10),
            each: Duration::from_secs(20),
        }
    }
}

impl WaitPolicy {
    /// The time before it is asked first, and then between two; it doubles from there.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// What the time between two grows to.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// How long a person has, from when the operation was begun; when that is not known, from now on. It is asked once more
    /// at the end.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// How long a 404 may mean that the transaction is not there yet: the vendor does not say how soon it is.
    #[must_use]
    pub fn unknown_for(mut self, time: Duration) -> Self {
        self.unknown_for = time;
        self
    }

    /// How long one answer may take, unless the call has a [timeout](crate::Call::timeout).
    #[must_use]
    pub fn each(mut self, timeout: Duration) -> Self {
        self.each = timeout;
        self
    }
}

pub(super) fn waiting<E: ReportsOutcome>(
    core: Arc<ClientInner>,
    endpoint: &E,
    options: CallOptions,
    policy: WaitPolicy,
    elapsed: Duration,
) -> SendFuture<TwoFactorOutcome<E::Done>> {
    let request = check(&core, E::OPERATION, endpoint);
    SendFuture::new(async move {
        told::<E>(until_told(&core, E::OPERATION, &request?, options, policy, elapsed).await?)
    })
}

pub(super) fn told<E: ReportsOutcome>(
    told: TwoFactorOutcome<RawResponse>,
) -> Result<TwoFactorOutcome<E::Done>, Error> {
    Ok(match told {
        TwoFactorOutcome::Done(answer) => match E::done(decode::<E>(answer)?.value) {
            Some(done) => TwoFactorOutcome::Done(done),
            None => TwoFactorOutcome::Pending,
        },
        TwoFactorOutcome::Pending => TwoFactorOutcome::Pending,
        TwoFactorOutcome::Refused(error) => TwoFactorOutcome::Refused(error),
        TwoFactorOutcome::Expired(error) => TwoFactorOutcome::Expired(error),
        TwoFactorOutcome::AlreadyProcessed(error) => TwoFactorOutcome::AlreadyProcessed(error),
    })
}

/// What an answer means, before it is read.
pub(super) fn meaning(
    answer: Result<RawResponse, Error>,
) -> Result<TwoFactorOutcome<RawResponse>, Error> {
    let error = match answer {
        Ok(answer) if answer.status == 202 => return Ok(TwoFactorOutcome::Pending),
        Ok(answer) => return Ok(TwoFactorOutcome::Done(answer)),
        Err(error) => error,
    };
    // Before 26.04 it is a PUT that changes nothing: that the outcome of the question is unknown does not matter.
    Err(match error.api() {
        Some(told) if told.status == 406 => return Ok(TwoFactorOutcome::Refused(told.clone())),
        Some(told) if told.status == 408 => return Ok(TwoFactorOutcome::Expired(told.clone())),
        Some(told) if told.status == 409 => {
            return Ok(TwoFactorOutcome::AlreadyProcessed(told.clone()));
        }
        _ => error,
    })
}

/// Asks until something else than "not yet" is told, or the time is over.
async fn until_told(
    core: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    options: CallOptions,
    policy: WaitPolicy,
    elapsed: Duration,
) -> Result<TwoFactorOutcome<RawResponse>, Error> {
    let start = Instant::now();
    let end = start + policy.lifetime.saturating_sub(elapsed);
    let unknown_until = start + policy.unknown_for.saturating_sub(elapsed);
    let options = CallOptions {
        retry: Some(RetryPolicy::none()),
        timeout: options.timeout.or(Some(policy.each)),
    };
    // Not in a tight loop, whatever the policy says.
    let longest = policy.longest_delay.max(Duration::from_millis(100));
    let mut delay = policy
        .first_delay
        .clamp(Duration::from_millis(100), longest);
    loop {
        let next = (Instant::now() + delay).min(end);
        sleep_until(next).await;
        let is_last = Instant::now() >= end;
        match meaning(execute(core, operation, request, options).await) {
            Ok(TwoFactorOutcome::Pending) if !is_last => {}
            Err(error) if !is_last && may_pass(error.kind(), Instant::now() < unknown_until) => {}
            told => return told,
        }
        delay = (delay * 2).min(longest);
    }
}

/// Whether the same question may be answered later.
fn may_pass(kind: &ErrorKind, unknown: bool) -> bool {
    match kind {
        ErrorKind::Transport(error) => error.delivery() != Delivery::Responded,
        ErrorKind::TimedOut => true,
        ErrorKind::Api(error) => match error.status {
            404 => unknown,
            429 | 500.. => true,
            _ => false,
        },
        ErrorKind::OutcomeUnknown(inner) => may_pass(inner, unknown),
        _ => false,
    }
}
