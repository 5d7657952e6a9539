//! Operations that a person confirms with a second factor: how they are begun, and how to learn how they ended. How the
//! outcome is waited for is in `wait`.

mod wait;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::client::Client;
use crate::client::{Call, SendFuture};
use crate::client::{CallOptions, check, execute, undecodable};
use crate::error::{ApiError, Error, ErrorKind};
use crate::operation::RawResponse;
use crate::operation::{CanCall, Supports, TwoFactor};
use crate::operation::{Endpoint, Operation};
use crate::wire::{self, DecodeError, Wire, members, text_of};
pub use wait::WaitPolicy;
use wait::{meaning, told, waiting};

/// How a two-factor operation stands.
///
/// Everything else is an [`Error`]: that the transaction is not there (404), or is not this user's (403), among it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TwoFactorOutcome<T> {
    /// The person has confirmed it, and it is done (200).
    Done(T),
    /// The person has not decided yet (202). [`wait`](Confirmation::wait) says so when its time is over and the server has
    /// not said that the transaction has expired: ask again later.
    Pending,
    /// The person has refused it (406). Nothing was done.
    Refused(ApiError),
    /// The person has not decided in time (408). Nothing was done; it may be begun anew.
    Expired(ApiError),
    /// It was processed before (409). The vendor says no more; it seems to mean that the result was asked for already, as
    /// when the answer with it was lost. It is no sign that the operation failed: look at what it was about.
    AlreadyProcessed(ApiError),
}

/// An operation that a person confirms with a second factor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not confirmed with a second factor: its answer is the result",
    label = "this operation has nothing to wait for",
    note = "call `.send()` instead; `.begin()` is for the operations that answer with a transaction"
)]
pub trait StartsTwoFactor: Endpoint {}

#[diagnostic::do_not_recommend]
impl<E: Endpoint<Access = TwoFactor>> StartsTwoFactor for E {}

/// An operation that tells how a two-factor operation ended: 202 until a person has decided, then 200. Implemented by
/// `#[endpoint]`, for every operation with these two answers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell how a two-factor operation ended",
    label = "there is nothing to wait for here",
    note = "from 26.04 on `GetMfaTransactionResult` does, before it the `Confirm…` operation of what was begun"
)]
pub trait ReportsOutcome: Endpoint {
    /// What it tells in the end.
    type Done: Send + 'static;

    /// What it tells, if that is the end.
    #[doc(hidden)]
    fn done(reply: Self::Output) -> Option<Self::Done>;
}

/// A two-factor operation that waits for a person, with the client that began it. Made by [`Call::begin`].
pub struct Confirmation<V, A> {
    client: Client<V, A>,
    operation: &'static Operation,
    /// The JSON of the identifier.
    identifier: Box<str>,
    app: Option<String>,
    begun: Instant,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    /// Begins an operation that a person confirms with a second factor. Like every other that is not only a read, it is
    /// never sent again after it may have arrived: the person would be asked twice.
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
    /// use procountor_api::v2604::GetMfaTransactionResult;
    ///
    /// let mut user = client.users().get_current_user().send().await?;
    /// user.mobile_phone = Some("+358401234567".to_owned());
    /// let confirmation = client.users().update_user_info(user).begin().await?;
    /// println!("Please confirm in {}.", confirmation.app().unwrap_or("your app"));
    /// match confirmation.wait(GetMfaTransactionResult::new).await? {
    ///     TwoFactorOutcome::Done(result) => println!("done: {result:?}"),
    ///     TwoFactorOutcome::Refused(_) => println!("refused: nothing has changed"),
    ///     TwoFactorOutcome::Expired(_) => println!("nobody has confirmed it: nothing has changed"),
    ///     other => println!("look whether it happened: {other:?}"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn begin(self) -> SendFuture<Confirmation<V, A>>
    where
        E: StartsTwoFactor,
        V: Supports<E, E::Versions> + 'static,
        A: CanCall<E, E::Access> + 'static,
    {
        let client = self.client.clone();
        let sending = self.raw();
        SendFuture::new(async move { Confirmation::read(client, E::OPERATION, sending.await?) })
    }

    /// Asks once how a two-factor operation stands. A person may have it confirmed long ago, by a program that ended since:
    /// the identifier is all that is needed.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn outcome(self) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        let request = check(&self.client.inner, E::OPERATION, &self.endpoint);
        let (core, options) = (self.client.inner, self.options);
        SendFuture::new(async move {
            let answer = execute(&core, E::OPERATION, &request?, options).await;
            told::<E>(meaning(answer)?)
        })
    }

    /// Waits until a two-factor operation has ended, with the default [`WaitPolicy`]: see
    /// [`wait_with`](Self::wait_with).
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn wait(self) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.wait_with(WaitPolicy::default())
    }

    /// Waits until a two-factor operation has ended. Every question counts against the rate limit. One that fails for a
    /// time, as when there is no connection, is followed by the next one. Dropping the future ends the waiting, and nothing
    /// else.
    ///
    /// # Errors
    /// See [`ErrorKind`]; what may pass is an error only when nothing else was told up to the end.
    pub fn wait_with(self, policy: WaitPolicy) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        waiting::<E>(
            Arc::clone(&self.client.inner),
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
        answer: RawResponse,
    ) -> Result<Self, Error> {
        let begun = Instant::now();
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let found = members(&text).and_then(|members| {
            let member = |name: &str| {
                let (_, json) = members.iter().find(|(known, _)| known == name)?;
                (*json != "null").then_some(*json)
            };
            let identifier = member("transactionIdentifier").ok_or_else(|| {
                DecodeError::new("a text, to ask for the outcome with", "")
                    .in_member("transactionIdentifier")
            })?;
            let app = member("confirmationApp").map(|json| text_of(json).into_owned());
            Ok((identifier.into(), app))
        });
        match found {
            Ok((identifier, app)) => Ok(Self {
                client,
                operation,
                identifier,
                app,
                begun,
            }),
            Err(error) => Err(undecodable(operation, answer, error)),
        }
    }

    /// What the transaction is asked for with. Store it where the outcome matters beyond this program's life:
    /// `get_mfa_transaction_result(id).wait()` goes on from it.
    pub fn identifier(&self) -> String {
        text_of(&self.identifier).into_owned()
    }

    /// The app in which the person confirms, as the server calls it.
    pub fn app(&self) -> Option<&str> {
        self.app.as_deref()
    }

    /// Waits until the operation has ended, with the default [`WaitPolicy`]: see [`wait_with`](Self::wait_with).
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn wait<I, E>(&self, ask: impl FnOnce(I) -> E) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        I: Wire,
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.wait_with(WaitPolicy::default(), ask)
    }

    /// Waits until the operation has ended, by asking the operation of this version that tells it: from 26.04 on
    /// `GetMfaTransactionResult::new`, before it `ConfirmPayments::new`, `ConfirmDirectSalaryPayments::new`,
    /// `ConfirmPaymentEventRemoval::new` or `ConfirmUserUpdate::new`, by what was begun. Otherwise as
    /// [`Call::wait_with`]; the person's time counts from the beginning of the operation.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn wait_with<I, E>(
        &self,
        policy: WaitPolicy,
        ask: impl FnOnce(I) -> E,
    ) -> SendFuture<TwoFactorOutcome<E::Done>>
    where
        I: Wire,
        E: ReportsOutcome,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        match wire::from_json(&self.identifier) {
            Ok(identifier) => waiting::<E>(
                Arc::clone(&self.client.inner),
                &ask(identifier),
                CallOptions::default(),
                policy,
                self.begun.elapsed(),
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

impl<V, A> fmt::Debug for Confirmation<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("operation", &self.operation.id)
            .field("identifier", &self.identifier)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}
