//! Calls: their options, and the ways to send them.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Client;
use super::pipeline::{CallOptions, ClientInner, check, execute, undecodable};
use crate::error::Error;
use crate::operation::{
    CanCall, Endpoint, FromResponse, Operation, Prepared, RawResponse, Supports,
};
use crate::retry::RetryPolicy;

/// A call of the operation `E`. Nothing happens until it is sent.
///
/// The methods of a client return calls. Each call can have its own timeout and retries, and is sent in one of these
/// ways:
///
/// | method | result |
/// |---|---|
/// | [`send`](Self::send) | the decoded response |
/// | [`send_with_meta`](Self::send_with_meta) | the decoded response, with status, headers and number of attempts |
/// | [`raw`](Self::raw) | the response without decoding |
/// | [`rows`](Self::rows), [`pages`](Self::pages) | all rows or pages of a search, as a stream |
/// | [`begin`](Self::begin) | a two-factor operation that waits for a person |
/// | [`wait`](Self::wait), [`outcome`](Self::outcome) | the outcome of a two-factor operation |
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, v2604};
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
/// # let client = v2604::Client::builder()
/// #     .environment(Environment::Custom(sandbox.base_url()))
/// #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
/// #     .build()?;
/// use std::time::Duration;
/// use procountor_api::retry::RetryPolicy;
///
/// let call = client.company().get_company_info();
/// let response = call
///     .timeout(Duration::from_secs(20))
///     .retry(RetryPolicy::default().max_attempts(3))
///     .send_with_meta()
///     .await?;
/// println!("{:?} after {} attempts", response.value.name, response.raw.attempts);
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent: `.send().await`"]
pub struct Call<V, A, E> {
    pub(crate) client: Client<V, A>,
    pub(crate) endpoint: E,
    pub(crate) options: CallOptions,
}

/// A decoded response with the response that it came from: see [`Call::send_with_meta`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded response.
    pub value: T,
    /// The status, the headers, the body, and the number of attempts.
    pub raw: RawResponse,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    pub(super) fn new(client: Client<V, A>, endpoint: E) -> Self {
        Self {
            client,
            endpoint,
            options: CallOptions::default(),
        }
    }

    /// Sends the call and returns the decoded response.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, if the server does not respond with success, or if the response
    /// cannot be decoded. [`Error::kind`] is the cause; [`Error::is_temporary`], [`Error::needs_person`] and
    /// [`Error::may_have_taken_effect`] help to decide what to do.
    pub fn send(self) -> SendFuture<E::Output>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.send_with(|response| decode_response::<E>(response).map(|response| response.value))
    }

    /// Sends the call and returns the decoded response with its status, headers and number of attempts.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`send`](Self::send).
    pub fn send_with_meta(self) -> SendFuture<Response<E::Output>>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.send_with(decode_response::<E>)
    }

    /// Sends the call and returns the response without decoding it.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`send`](Self::send), except those of decoding.
    pub fn raw(self) -> SendFuture<RawResponse>
    where
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.send_with(Ok)
    }

    /// Sets the time for this call, including waits and retries (default: the timeout of the client).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets the number and the delays of the retries of this call (default: the policy of the client).
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Checks the request at once, and sends it when the future is awaited.
    fn send_with<T: 'static>(self, decode: fn(RawResponse) -> Result<T, Error>) -> SendFuture<T> {
        let client = self.client.inner;
        let request = check(&client, E::OPERATION, &self.endpoint);
        let sent = send(client, E::OPERATION, request, self.options, decode);
        SendFuture::new(sent)
    }
}

/// Not a method of `Call`, so that endpoints with the same response type share one instance.
async fn send<T>(
    client: Arc<ClientInner>,
    operation: &'static Operation,
    request: Result<Prepared, Error>,
    options: CallOptions,
    decode: fn(RawResponse) -> Result<T, Error>,
) -> Result<T, Error> {
    decode(execute(&client, operation, &request?, options).await?)
}

pub(crate) fn decode_response<E: Endpoint>(raw: RawResponse) -> Result<Response<E::Output>, Error> {
    match E::Output::read(&raw) {
        Ok(value) => Ok(Response { value, raw }),
        Err(error) => Err(undecodable(E::OPERATION, raw, error)),
    }
}

/// The future of a sent call.
///
/// It is a named type, and the bounds of a call are on the methods that return it, so that the compiler reports a
/// mistake once.
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
