//! A call of an operation: its parameters are set, it is sent, and its answer is read.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::client::Client;
use crate::client::pipeline::{self, CallOptions, ClientInner, checked, unreadable};
use crate::error::Error;
use crate::operation::Prepared;
use crate::operation::{CanCall, Supports};
use crate::operation::{Endpoint, Operation};
use crate::operation::{FromResponse, RawResponse};
use crate::retry::RetryPolicy;

/// A call that is ready to be sent. Nothing happens until it is.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent: `.send().await`"]
pub struct Call<V, A, E> {
    pub(crate) client: Client<V, A>,
    pub(crate) endpoint: E,
    pub(crate) options: CallOptions,
}

/// What came back, with what came around it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// The answer as it came: status, headers, body, attempts.
    pub answer: RawResponse,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    pub(crate) fn new(client: Client<V, A>, endpoint: E) -> Self {
        Self {
            client,
            endpoint,
            options: CallOptions::default(),
        }
    }

    /// The time for this call, with its waits and retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How often, and after what delays, this call is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sends the call and reads its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send(self) -> SendFuture<E::Output>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.sending(|answer| read::<E>(answer).map(|response| response.value))
    }

    /// Sends the call and reads its answer, with status, headers and attempts.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send_with_meta(self) -> SendFuture<Response<E::Output>>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.sending(read::<E>)
    }

    /// Sends the call and gives the answer as it came.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind); the answer is not decoded.
    pub fn raw(self) -> SendFuture<RawResponse>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.sending(Ok)
    }

    /// What every way of sending does. The request is checked at once, and sent when the future is awaited.
    fn sending<T: 'static>(self, read: fn(RawResponse) -> Result<T, Error>) -> SendFuture<T> {
        let request = checked(&self.client.core, E::OPERATION, &self.endpoint);
        let core = self.client.core;
        SendFuture(Box::pin(deliver(
            core,
            E::OPERATION,
            request,
            self.options,
            read,
        )))
    }
}

/// A function of its own, so that endpoints with the same answer share it.
async fn deliver<T>(
    core: Arc<ClientInner>,
    operation: &'static Operation,
    request: Result<Prepared, Error>,
    options: CallOptions,
    read: fn(RawResponse) -> Result<T, Error>,
) -> Result<T, Error> {
    read(pipeline::execute(&core, operation, &request?, options).await?)
}

pub(crate) fn read<E: Endpoint>(answer: RawResponse) -> Result<Response<E::Output>, Error> {
    match E::Output::read(&answer) {
        Ok(value) => Ok(Response { value, answer }),
        Err(error) => Err(unreadable(E::OPERATION, answer, error)),
    }
}

/// A call on its way: `.await` it. It has a name of its own so that the compiler speaks of a mistake once.
#[must_use = "a call is not sent until it is awaited"]
pub struct SendFuture<T>(Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>);

impl<T> SendFuture<T> {
    pub(crate) fn new(future: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for SendFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for SendFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendFuture").finish_non_exhaustive()
    }
}
