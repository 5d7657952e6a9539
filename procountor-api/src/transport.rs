//! The seam to the network: a request goes in, an answer comes out. Below it is `reqwest`, or whatever a test puts there.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use crate::environment::is_loopback;

/// Sends one request and receives its whole answer.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request, once.
    fn send(&self, request: Request<Bytes>) -> Exchange<'_>;
}

/// The answer to come.
pub type Exchange<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    arrival: Arrival,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether a request without an answer can have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The connection was never made: the server knows nothing of it.
    Impossible,
    /// The server may have acted on it.
    Possible,
    /// The server has answered, and the answer cannot be taken: it will be the same again.
    Answered,
}

impl TransportError {
    /// No answer came, for this reason.
    pub fn new(arrival: Arrival, message: impl Into<String>) -> Self {
        Self {
            arrival,
            message: message.into(),
            source: None,
        }
    }

    /// Adds what lies behind it.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Whether the request can have reached the server.
    pub fn arrival(&self) -> Arrival {
        self.arrival
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_ref()
            .map(|source| &**source as &(dyn StdError + 'static))
    }
}

/// The network, by `reqwest`, with what this API needs: https except on this machine, no redirects, which could carry a
/// token elsewhere, and bounded answers.
///
/// A transport of your own can stand before it:
///
/// ```
/// use bytes::Bytes;
/// use procountor_api::transport::{Exchange, Network, Transport};
///
/// #[derive(Debug)]
/// struct Counting(Network, std::sync::atomic::AtomicUsize);
///
/// impl Transport for Counting {
///     fn send(&self, request: http::Request<Bytes>) -> Exchange<'_> {
///         self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.0.send(request)
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Network {
    client: reqwest::Client,
    max_answer: usize,
}

/// A connection that is not made within this time is given up.
const CONNECT: Duration = Duration::from_secs(10);
/// An answer of which nothing comes for this long is given up.
const STALL: Duration = Duration::from_secs(60);

impl Network {
    /// Connections to be made. An answer may have `max_answer` bytes.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(max_answer: usize) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("procountor-api/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(STALL)
            .build()
            .map_err(|error| {
                TransportError::new(Arrival::Impossible, "TLS cannot be set up").with_source(error)
            })?;
        Ok(Self { client, max_answer })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request: reqwest::Request =
            request
                .map(reqwest::Body::from)
                .try_into()
                .map_err(|error: reqwest::Error| {
                    TransportError::new(Arrival::Impossible, "the request could not be made")
                        .with_source(error.without_url())
                })?;
        if request.url().scheme() != "https" && !is_loopback(request.url()) {
            return Err(TransportError::new(
                Arrival::Impossible,
                "only this machine may be reached without https",
            ));
        }
        let mut response = self.client.execute(request).await.map_err(|error| {
            let arrival = if error.is_connect() {
                Arrival::Impossible
            } else {
                Arrival::Possible
            };
            let message = if error.is_connect() {
                "no connection"
            } else {
                "no answer"
            };
            TransportError::new(arrival, message).with_source(error.without_url())
        })?;
        let mut body = BytesMut::new();
        let broken = |error: reqwest::Error| {
            TransportError::new(Arrival::Possible, "the answer broke off")
                .with_source(error.without_url())
        };
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.max_answer {
                let message = format!(
                    "the answer is longer than {} bytes, the limit set by `max_answer`",
                    self.max_answer
                );
                return Err(TransportError::new(Arrival::Answered, message));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = Response::new(body.freeze());
        *answer.status_mut() = response.status();
        std::mem::swap(answer.headers_mut(), response.headers_mut());
        Ok(answer)
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(self.exchange(request))
    }
}
