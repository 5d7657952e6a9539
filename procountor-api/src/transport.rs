//! The seam to the network: a request goes in, an answer comes out. Below it is `reqwest`, or whatever a test puts there.
//!
//! Every request passes it, those for tokens too, and once for each attempt: what stands here sees what the server sees.
//!
//! # A transport around another
//!
//! A transport of your own can add to a request, look at the answer, or answer by itself. [`Attempt`] says which operation
//! a request belongs to:
//!
//! ```
//! use bytes::Bytes;
//! use procountor_api::transport::{Attempt, Exchange, Network, Transport};
//!
//! /// Adds a header that a proxy asks for, and prints what was slow.
//! #[derive(Debug)]
//! struct ByProxy(Network);
//!
//! impl Transport for ByProxy {
//!     fn send(&self, mut request: http::Request<Bytes>) -> Exchange<'_> {
//!         Box::pin(async move {
//!             let attempt = request.extensions().get::<Attempt>().copied();
//!             let key = http::HeaderValue::from_static("…");
//!             request.headers_mut().insert("x-proxy-key", key);
//!             let start = std::time::Instant::now();
//!             let answer = self.0.send(request).await;
//!             if let (Some(attempt), true) = (attempt, start.elapsed().as_secs() > 5) {
//!                 println!("{} was slow", attempt.operation);
//!             }
//!             answer
//!         })
//!     }
//! }
//! ```
//!
//! A transport that answers by itself is a fake: it needs no more than `http::Response`. What it must get right is
//! [`Arrival`], since the pipeline decides by it what may be sent again. It need not care for the time of the whole call:
//! its future is dropped then.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use crate::endpoint::Operation;
use crate::environment::is_loopback;

/// Sends one request and receives its whole answer.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request, once.
    fn send(&self, request: Request<Bytes>) -> Exchange<'_>;
}

/// The answer to come.
pub type Exchange<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// Which attempt of which call a request is: among its [`extensions`](Request::extensions). A request for a token, and
/// whatever else authorisation needs, has none.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation.
    pub operation: &'static Operation,
    /// Which attempt of its call it is; the first is 1.
    pub number: u32,
}

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    arrival: Arrival,
    timeout: bool,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether a request without an answer can have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The connection was never made: the server knows nothing of it.
    Impossible,
    /// The connection broke before anything of the request was sent: the server knows nothing of it. (The [`Network`] does
    /// not say this: it makes a new connection then.)
    Unsent,
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
            timeout: false,
            message: message.into(),
            source: None,
        }
    }

    /// Says that a time ran out.
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.timeout = true;
        self
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

    /// Whether a time ran out.
    pub fn is_timeout(&self) -> bool {
        self.timeout
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

/// What the [`Network`] waits for, and how long. These are the times of one attempt; that of the whole call is
/// [`Builder::timeout`](crate::Builder::timeout).
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
    pub max_answer: usize,
}

impl Default for NetworkLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            headers: Duration::from_secs(60),
            stall: Duration::from_secs(30),
            max_answer: 64 * 1024 * 1024,
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
                TransportError::new(Arrival::Impossible, "TLS cannot be set up").with_source(error)
            })?;
        Ok(Self { client, limits })
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
        let NetworkLimits {
            connect,
            headers,
            stall,
            max_answer,
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
            if body.len() + chunk.len() > max_answer {
                let message = format!(
                    "the answer is longer than {max_answer} bytes, the limit set by `max_answer`"
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

/// Waits so long; what comes later is given up, though the request may have arrived.
async fn within<T>(
    time: Duration,
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, TransportError> {
    tokio::time::timeout(time, work).await.map_err(|_| {
        let message = format!("{what}: nothing came for {time:?}");
        TransportError::new(Arrival::Possible, message).timed_out()
    })
}

fn lost(error: reqwest::Error) -> TransportError {
    let (arrival, message) = match error.is_connect() {
        true => (Arrival::Impossible, "no connection"),
        false => (Arrival::Possible, "no answer"),
    };
    made_of(TransportError::new(arrival, message), error)
}

fn broken(error: reqwest::Error) -> TransportError {
    made_of(
        TransportError::new(Arrival::Possible, "the answer broke off"),
        error,
    )
}

fn made_of(mut made: TransportError, error: reqwest::Error) -> TransportError {
    made.timeout = error.is_timeout();
    made.with_source(error.without_url())
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(self.exchange(request))
    }
}
