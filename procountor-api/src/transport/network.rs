//! The network transport, on `reqwest`.

use std::future::Future;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use super::{Delivery, Transport, TransportError, TransportFuture};
use crate::environment::is_loopback;

/// Limits of one attempt on the [`Network`].
///
/// The timeout of a whole call, with all its attempts, is [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
///
/// ```
/// use std::time::Duration;
/// use procountor_api::transport::{Network, NetworkLimits};
///
/// let limits = NetworkLimits { connect: Duration::from_secs(3), ..NetworkLimits::default() };
/// let network = Network::new(limits)?;
/// # Ok::<(), procountor_api::transport::TransportError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkLimits {
    /// The longest time to connect, TLS included (default: 10 seconds).
    pub connect: Duration,
    /// The longest time from then to the response headers, the sending of the request included (default: 1 minute).
    pub headers: Duration,
    /// The longest time between two parts of the response body (default: 30 seconds).
    pub stall: Duration,
    /// The largest response body, in bytes (default: 64 MiB).
    pub max_response_size: usize,
}

impl Default for NetworkLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            headers: Duration::from_secs(60),
            stall: Duration::from_secs(30),
            max_response_size: 64 * 1024 * 1024,
        }
    }
}

/// The default transport, on `reqwest`.
///
/// It accepts plain http for loopback addresses only, and bounds every wait and the size of a response. It does not follow
/// redirects, which could send an access token to another host.
#[derive(Debug)]
pub struct Network {
    client: reqwest::Client,
    limits: NetworkLimits,
}

impl Network {
    /// Creates a transport with a connection pool. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// Returns an error if TLS cannot be set up.
    pub fn new(limits: NetworkLimits) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("procountor-api/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .build()
            .map_err(|error| not_connected("TLS cannot be set up").with_source(error))?;
        Ok(Self { client, limits })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from));
        let request = request.map_err(|error| {
            not_connected("the request is not valid").with_source(error.without_url())
        })?;
        if request.url().scheme() != "https" && !is_loopback(request.url()) {
            return Err(not_connected(
                "plain http is allowed for loopback addresses only; use https",
            ));
        }
        let NetworkLimits {
            connect,
            headers,
            stall,
            max_response_size,
        } = self.limits;
        // `reqwest` bounds the connection; the headers have their own time after it.
        let response = self.client.execute(request);
        let mut response = within(connect.saturating_add(headers), NO_RESPONSE, response)
            .await?
            .map_err(|error| {
                let failure = if error.is_connect() {
                    not_connected("no connection")
                } else {
                    possible(NO_RESPONSE)
                };
                with_source(failure, error)
            })?;
        let mut body = BytesMut::new();
        while let Some(chunk) = within(stall, INCOMPLETE, response.chunk())
            .await?
            .map_err(|error| with_source(possible(INCOMPLETE), error))?
        {
            if body.len() + chunk.len() > max_response_size {
                let message = format!(
                    "the response is larger than {max_response_size} bytes, the limit set by `max_response_size`"
                );
                return Err(TransportError::new(Delivery::Responded, message));
            }
            body.extend_from_slice(&chunk);
        }
        let mut complete = Response::new(body.freeze());
        *complete.status_mut() = response.status();
        std::mem::swap(complete.headers_mut(), response.headers_mut());
        Ok(complete)
    }
}

const NO_RESPONSE: &str = "no response";
const INCOMPLETE: &str = "the response is incomplete";

/// Fails after this time. The request can have reached the server by then.
async fn within<T>(
    time: Duration,
    problem: &str,
    work: impl Future<Output = T>,
) -> Result<T, TransportError> {
    tokio::time::timeout(time, work)
        .await
        .map_err(|_| possible(&format!("{problem}: nothing was received for {time:?}")).timed_out())
}

fn not_connected(message: &str) -> TransportError {
    TransportError::new(Delivery::NotConnected, message)
}

fn possible(message: &str) -> TransportError {
    TransportError::new(Delivery::Possible, message)
}

fn with_source(failure: TransportError, error: reqwest::Error) -> TransportError {
    let failure = if error.is_timeout() {
        failure.timed_out()
    } else {
        failure
    };
    failure.with_source(error.without_url())
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}
