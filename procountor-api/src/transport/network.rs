//! The network transport, on `reqwest`.

use std::future::Future;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use super::{Delivery, Transport, TransportError, TransportFuture};
use crate::environment::is_loopback;

/// What the [`Network`] waits for, and how long. These are the times of one attempt; that of the whole call is
/// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
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
    /// Until a connection is made, with its TLS: ten seconds, unless set.
    pub connect: Duration,
    /// From then until the headers of the answer, so with the time that the request takes: a minute, unless set.
    pub headers: Duration,
    /// While nothing of the answer's body comes: half a minute, unless set.
    pub stall: Duration,
    /// The longest body of an answer, in bytes: 64 MiB, unless set.
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

/// The network, by `reqwest`, with what this API needs: https except on this machine, no redirects, which could carry a
/// token elsewhere, bounded answers, and a bound for each wait.
#[derive(Debug)]
pub struct Network {
    client: reqwest::Client,
    limits: NetworkLimits,
}

impl Network {
    /// Connections to be made.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(limits: NetworkLimits) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("procountor-api/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .build()
            .map_err(|error| {
                TransportError::new(Delivery::NotConnected, "TLS cannot be set up")
                    .with_source(error)
            })?;
        Ok(Self { client, limits })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request: reqwest::Request =
            request
                .map(reqwest::Body::from)
                .try_into()
                .map_err(|error: reqwest::Error| {
                    TransportError::new(Delivery::NotConnected, "the request could not be made")
                        .with_source(error.without_url())
                })?;
        if request.url().scheme() != "https" && !is_loopback(request.url()) {
            return Err(TransportError::new(
                Delivery::NotConnected,
                "only this machine may be reached without https",
            ));
        }
        let NetworkLimits {
            connect,
            headers,
            stall,
            max_response_size,
        } = self.limits;
        // The client gives up a connection by itself; the headers have their own time after it.
        let answer = self.client.execute(request);
        let mut response = within(connect.saturating_add(headers), "no answer", answer)
            .await?
            .map_err(lost)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = within(stall, "the answer broke off", response.chunk())
            .await?
            .map_err(broken)?
        {
            if body.len() + chunk.len() > max_response_size {
                let message = format!(
                    "the answer is longer than {max_response_size} bytes, the limit set by `max_response_size`"
                );
                return Err(TransportError::new(Delivery::Responded, message));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = Response::new(body.freeze());
        *answer.status_mut() = response.status();
        std::mem::swap(answer.headers_mut(), response.headers_mut());
        Ok(answer)
    }
}

/// Waits so long; what comes later is given up, though the request may have arrived.
async fn within<T>(
    time: Duration,
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, TransportError> {
    tokio::time::timeout(time, work).await.map_err(|_| {
        let message = format!("{what}: nothing came for {time:?}");
        TransportError::new(Delivery::Possible, message).timed_out()
    })
}

fn lost(error: reqwest::Error) -> TransportError {
    let (delivery, message) = match error.is_connect() {
        true => (Delivery::NotConnected, "no connection"),
        false => (Delivery::Possible, "no answer"),
    };
    made_of(TransportError::new(delivery, message), error)
}

fn broken(error: reqwest::Error) -> TransportError {
    made_of(
        TransportError::new(Delivery::Possible, "the answer broke off"),
        error,
    )
}

fn made_of(made: TransportError, error: reqwest::Error) -> TransportError {
    let made = if error.is_timeout() {
        made.timed_out()
    } else {
        made
    };
    made.with_source(error.without_url())
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}
