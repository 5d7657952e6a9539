//! A call of an operation: its parameters are set, it is sent, and its answer is read.

use std::time::Duration;

use crate::access::{Grants, Has};
use crate::client::Client;
use crate::endpoint::{Endpoint, Operation, Paged};
use crate::error::{Error, ErrorKind};
use crate::paging::{Pages, Rows};
use crate::pipeline::{self, Core, Overrides};
use crate::reply::{Answer, Reply};
use crate::request::{Prepared, prepare};
use crate::retry::RetryPolicy;
use crate::wire::Record;

/// A call that is ready to be sent. Nothing happens until it is.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent: `.send().await`"]
pub struct Call<V, A, E> {
    client: Client<V, A>,
    pub(crate) endpoint: E,
    overrides: Overrides,
}

/// What came back, with what came around it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// The answer as it came: status, headers, body, attempts.
    pub answer: Answer,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    pub(crate) fn new(client: Client<V, A>, endpoint: E) -> Self {
        Self { client, endpoint, overrides: Overrides::default() }
    }

    /// The time for this call, with its waits and retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.overrides.timeout = Some(timeout);
        self
    }

    /// How often, and after what delays, this call is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.overrides.retry = Some(policy);
        self
    }

    /// Sends the call and reads its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn send(self) -> Result<E::Output, Error>
    where
        V: Has<E>,
        A: Grants<E::Access>,
    {
        Ok(self.send_with_meta().await?.value)
    }

    /// Sends the call and reads its answer, with status, headers and attempts.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn send_with_meta(self) -> Result<Response<E::Output>, Error>
    where
        V: Has<E>,
        A: Grants<E::Access>,
    {
        let answer = self.raw().await?;
        match E::Output::read(&answer) {
            Ok(value) => Ok(Response { value, answer }),
            Err(error) => Err(unreadable(E::OPERATION, answer, error)),
        }
    }

    /// Sends the call and gives the answer as it came.
    ///
    /// # Errors
    /// See [`ErrorKind`]; the answer is not decoded.
    pub async fn raw(self) -> Result<Answer, Error>
    where
        V: Has<E>,
        A: Grants<E::Access>,
    {
        let core = &self.client.core;
        let request = checked(core, E::OPERATION, &self.endpoint)?;
        pipeline::execute(core, E::OPERATION, &request, self.overrides).await
    }

    /// Every row of the search, page after page, as a stream.
    ///
    /// A row that cannot be read is an error of its own; the stream goes on behind it. Any other error ends the stream.
    pub fn rows(self) -> Rows<E::Row>
    where
        E: Paged,
        V: Has<E>,
        A: Grants<E::Access>,
    {
        self.pages().into_rows()
    }

    /// The pages of the search, as a stream.
    pub fn pages(self) -> Pages<E::Row>
    where
        E: Paged,
        V: Has<E>,
        A: Grants<E::Access>,
    {
        Pages::new(self.client.core, self.endpoint, self.overrides)
    }
}

/// The request of an operation, or everything that is wrong with it.
pub(crate) fn checked(core: &Core, operation: &'static Operation, endpoint: &dyn Record) -> Result<Prepared, Error> {
    let settings = &core.settings;
    prepare(&core.base_url, settings.header_text, settings.max_request, operation, endpoint)
        .map_err(|violations| Error::new(operation, 0, ErrorKind::Invalid(violations)))
}

pub(crate) fn unreadable(operation: &'static Operation, answer: Answer, error: crate::wire::DecodeError) -> Error {
    let kind = ErrorKind::Decode { status: answer.status, error, body: answer.body };
    Error::new(operation, answer.attempts, kind)
}
