//! A call of an operation: its parameters are set, it is sent, and its answer is read.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::access::{Grants, Has};
use crate::client::Client;
use crate::endpoint::{Endpoint, Operation, Paged};
use crate::error::Error;
use crate::paging::{Cursor, Pager, Pages, Rows};
use crate::pipeline::{self, Core, Overrides, checked, unreadable};
use crate::reply::{Answer, Reply};
use crate::request::Prepared;
use crate::retry::RetryPolicy;
use crate::wire::Wire;

/// A call that is ready to be sent. Nothing happens until it is.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent: `.send().await`"]
pub struct Call<V, A, E> {
    pub(crate) client: Client<V, A>,
    pub(crate) endpoint: E,
    pub(crate) overrides: Overrides,
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
        Self {
            client,
            endpoint,
            overrides: Overrides::default(),
        }
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
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send(self) -> Sending<E::Output>
    where
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        self.sending(|answer| read::<E>(answer).map(|response| response.value))
    }

    /// Sends the call and reads its answer, with status, headers and attempts.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send_with_meta(self) -> Sending<Response<E::Output>>
    where
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        self.sending(read::<E>)
    }

    /// Sends the call and gives the answer as it came.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind); the answer is not decoded.
    pub fn raw(self) -> Sending<Answer>
    where
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        self.sending(Ok)
    }

    /// Every row of the search, page after page, as a stream.
    ///
    /// A row that cannot be read is an error of its own; the stream goes on behind it. Any other error ends the stream.
    pub fn rows<Row: Wire>(self) -> Rows<Row>
    where
        E: Paged<Row = Row>,
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        self.pages().into_rows()
    }

    /// The pages of the search, as a stream.
    pub fn pages<Row: Wire>(self) -> Pages<Row>
    where
        E: Paged<Row = Row>,
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        Pages::new(self.pager())
    }

    /// The rows of the search, from where an earlier stream stopped: see [`Rows::cursor`]. The search must be the same one;
    /// the cursor says where it goes on, whatever the search says of that.
    ///
    /// # Errors
    /// The cursor belongs to another search ([`ErrorKind::Cursor`](crate::ErrorKind::Cursor)); nothing was sent.
    pub fn rows_from<Row: Wire>(self, cursor: &Cursor) -> Result<Rows<Row>, Error>
    where
        E: Paged<Row = Row>,
        V: Has<E, E::Versions>,
        A: Grants<E, E::Access>,
    {
        Ok(Pages::new(self.pager().resume(cursor)?).into_rows())
    }

    fn pager(self) -> Pager
    where
        E: Paged,
    {
        let endpoint = Box::new(self.endpoint);
        Pager::new(
            self.client.core,
            E::OPERATION,
            E::PAGING,
            endpoint,
            self.overrides,
        )
    }

    /// What every way of sending does. The request is checked at once, and sent when the future is awaited.
    fn sending<T: 'static>(self, read: fn(Answer) -> Result<T, Error>) -> Sending<T> {
        let request = checked(&self.client.core, E::OPERATION, &self.endpoint);
        let core = self.client.core;
        Sending(Box::pin(deliver(
            core,
            E::OPERATION,
            request,
            self.overrides,
            read,
        )))
    }
}

/// A function of its own, so that endpoints with the same answer share it.
async fn deliver<T>(
    core: Arc<Core>,
    operation: &'static Operation,
    request: Result<Prepared, Error>,
    overrides: Overrides,
    read: fn(Answer) -> Result<T, Error>,
) -> Result<T, Error> {
    read(pipeline::execute(&core, operation, &request?, overrides).await?)
}

pub(crate) fn read<E: Endpoint>(answer: Answer) -> Result<Response<E::Output>, Error> {
    match E::Output::read(&answer) {
        Ok(value) => Ok(Response { value, answer }),
        Err(error) => Err(unreadable(E::OPERATION, answer, error)),
    }
}

/// A call on its way: `.await` it. It has a name of its own so that the compiler speaks of a mistake once.
#[must_use = "a call is not sent until it is awaited"]
pub struct Sending<T>(Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>);

impl<T> Sending<T> {
    pub(crate) fn new(future: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}
