//! Operations that a person confirms with a second factor, such as payments.
//!
//! [`Call::begin`] starts one and returns a [`Confirmation`]; [`Confirmation::wait`] polls until the person has decided.
//! The server reports the outcome with an operation that returns 202 until then and 200 afterwards ([`ReportsOutcome`]):
//! from 26.04 on `GetMfaTransactionResult` for all, before it one `Confirm…` operation for each kind. The caller names it,
//! as a constructor.

mod wait;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::client::{Call, CallOptions, Client, SendFuture, checked, execute, unreadable};
use crate::error::{ApiError, Error, ErrorKind};
use crate::operation::{CanCall, Endpoint, Operation, RawResponse, Supports, TwoFactor};
use crate::wire::{self, DecodeError, Wire, members, text_of};
pub use wait::WaitPolicy;
use wait::{decode, outcome_of, poll};

/// The state of a two-factor operation.
///
/// Any other response is an [`Error`], such as 404 if the transaction does not exist, and 403 if it belongs to another user.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TwoFactorOutcome<T> {
    /// The person confirmed the operation, and it is done (200).
    Done(T),
    /// The person has not decided yet (202). [`wait`](Confirmation::wait) returns this if its time is over and the server
    /// has not reported that the transaction expired. Wait again later.
    Pending,
    /// The person rejected the operation (406). It was not done.
    Refused(ApiError),
    /// The person did not decide in time (408). The operation was not done and can be started again.
    Expired(ApiError),
    /// The transaction was processed before (409). The vendor does not document this further. It seems to mean that the
    /// result was already requested, as when an earlier response was lost, so the operation may have been done: look it up.
    AlreadyProcessed(ApiError),
}

/// An operation that a person confirms with a second factor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not confirmed with a second factor: its response is the result",
    label = "this operation does not have a confirmation to wait for",
    note = "call `.send()` instead; `.begin()` is for operations that return a transaction"
)]
pub trait StartsTwoFactor: Endpoint {}

#[diagnostic::do_not_recommend]
impl<E: Endpoint<Access = TwoFactor>> StartsTwoFactor for E {}

/// An operation that reports the outcome of a two-factor operation: 202 until a person has decided, then 200.
///
/// `#[endpoint]` implements it for every operation with these two responses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not report the outcome of a two-factor operation",
    label = "this operation does not have an outcome to wait for",
    note = "from 26.04 on `GetMfaTransactionResult` does; before it, the `Confirm…` operation of the operation that was begun"
)]
pub trait ReportsOutcome: Endpoint {
    /// The result of the operation that was confirmed.
    type Done: Send + 'static;

    /// Returns the result, or `None` if the operation is pending.
    #[doc(hidden)]
    fn done(output: Self::Output) -> Option<Self::Done>;
}

/// A two-factor operation that waits for a person, made by [`Call::begin`].
pub struct Confirmation<V, A> {
    client: Client<V, A>,
    operation: &'static Operation,
    /// The JSON of the identifier.
    identifier: Box<str>,
    app: Option<String>,
    started: Instant,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    /// Begins an operation that a person confirms with a second factor.
    ///
    /// It is not sent again after it may have arrived, because the person would be asked twice.
    ///
    /// ```
    /// # use procountor_api::{Environment, v2604};
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
    /// # let client = v2604::Client::builder()
    /// #     .environment(Environment::Custom(sandbox.base_url()))
    /// #     .access_token(sandbox.access_token())
    /// #     .build()?;
    /// use procountor_api::two_factor::TwoFactorOutcome;
    /// use procountor_api::v2604::operations::GetMfaTransactionResult;
    ///
    /// let mut user = client.users().get_current_user().send().await?;
    /// user.mobile_phone = Some("+358401234567".to_owned());
    /// let confirmation = client.users().update_user_info(user).begin().await?;
    /// println!("Please confirm in {}.", confirmation.app().unwrap_or("your app"));
    /// match confirmation.wait(GetMfaTransactionResult::new).await? {
    ///     TwoFactorOutcome::Done(result) => println!("done: {result:?}"),
    ///     TwoFactorOutcome::Refused(_) => println!("rejected: nothing has changed"),
    ///     TwoFactorOutcome::Expired(_) => println!("not confirmed in time: nothing has changed"),
    ///     other => println!("check whether it was done: {other:?}"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::OutcomeUnknown`] if the request may have arrived and its response was lost, and the other
    /// kinds as [`send`](Self::send) does.
    pub fn begin(self) -> SendFuture<Confirmation<V, A>>
    where
        E: StartsTwoFactor,
        V: Supports<E, E::Versions> + 'static,
        A: CanCall<E, E::Access> + 'static,
    {
        let client = self.client.clone();
        let response = self.raw();
        SendFuture::new(async move { Confirmation::read(client, E::OPERATION, response.await?) })
    }

    /// Requests the state of a two-factor operation once.
    ///
    /// Only the identifier is needed, so the operation may have been begun by another process.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send), except for the statuses that are a [`TwoFactorOutcome`].
    pub fn outcome(self) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        let request = checked(&self.client.core, E::OPERATION, &self.endpoint);
        let (client, options) = (self.client.core, self.options);
        SendFuture::new(async move {
            let response = execute(&client, E::OPERATION, &request?, options).await;
            decode::<E>(outcome_of(response)?)
        })
    }

    /// Waits for the outcome of a two-factor operation, with the default [`WaitPolicy`].
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub fn wait(self) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.wait_with(WaitPolicy::default())
    }

    /// Waits for the outcome of a two-factor operation.
    ///
    /// Every request counts against the rate limit. Dropping the future only ends the wait.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`outcome`](Self::outcome). A temporary error is returned only if the time is over.
    pub fn wait_with(self, policy: WaitPolicy) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        poll::<E>(
            Arc::clone(&self.client.core),
            &self.endpoint,
            self.options,
            policy,
            Duration::ZERO,
        )
    }
}

impl<V, A> Confirmation<V, A> {
    fn read(
        client: Client<V, A>,
        operation: &'static Operation,
        response: RawResponse,
    ) -> Result<Self, Error> {
        let started = Instant::now();
        match transaction(&String::from_utf8_lossy(&response.body)) {
            Ok((identifier, app)) => Ok(Self {
                client,
                operation,
                identifier,
                app,
                started,
            }),
            Err(error) => Err(unreadable(operation, response, error)),
        }
    }

    /// Returns the identifier of the transaction.
    ///
    /// Store it if the outcome matters after this process ends: `get_mfa_transaction_result(id).wait()` continues with it.
    pub fn identifier(&self) -> String {
        text_of(&self.identifier).into_owned()
    }

    /// Returns the app in which the person confirms, as the server names it.
    pub fn app(&self) -> Option<&str> {
        self.app.as_deref()
    }

    /// Waits for the outcome, with the default [`WaitPolicy`].
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub fn wait<I, E>(&self, outcome: impl FnOnce(I) -> E) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        I: Wire,
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.wait_with(WaitPolicy::default(), outcome)
    }

    /// Waits for the outcome, which the operation made by `outcome` reports.
    ///
    /// That is `GetMfaTransactionResult::new` from 26.04 on; before it, `ConfirmPayments::new`,
    /// `ConfirmDirectSalaryPayments::new`, `ConfirmPaymentEventRemoval::new` or `ConfirmUserUpdate::new`, depending on the
    /// operation that was begun. The time of the policy counts from when the operation was begun.
    ///
    /// # Errors
    ///
    /// As [`Call::wait_with`]; also [`ErrorKind::Decode`] if the identifier is not of the type that `outcome` takes.
    pub fn wait_with<I, E>(
        &self,
        policy: WaitPolicy,
        outcome: impl FnOnce(I) -> E,
    ) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        I: Wire,
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        match wire::from_json(&self.identifier) {
            Ok(identifier) => poll::<E>(
                Arc::clone(&self.client.core),
                &outcome(identifier),
                CallOptions::default(),
                policy,
                self.started.elapsed(),
            ),
            Err(error) => {
                let kind = ErrorKind::Decode {
                    status: 202,
                    error: error.in_member("transactionIdentifier"),
                    body: self.identifier.to_string().into(),
                };
                let error = Error::new(self.operation, 1, kind);
                SendFuture::new(std::future::ready(Err(error)))
            }
        }
    }
}

/// Reads the JSON of the identifier, and the name of the app.
fn transaction(body: &str) -> Result<(Box<str>, Option<String>), DecodeError> {
    let members = members(body)?;
    let member = |name: &str| {
        let (_, json) = members.iter().find(|(known, _)| known == name)?;
        (*json != "null").then_some(*json)
    };
    let identifier = member("transactionIdentifier").ok_or_else(|| {
        DecodeError::new("a string, to request the outcome with", "")
            .in_member("transactionIdentifier")
    })?;
    let app = member("confirmationApp").map(|json| text_of(json).into_owned());
    Ok((identifier.into(), app))
}

impl<V, A> fmt::Debug for Confirmation<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("operation", &self.operation.id)
            .field("identifier", &self.identifier)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}
