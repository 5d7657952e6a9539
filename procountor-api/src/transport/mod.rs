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
//! use procountor_api::transport::{Attempt, Network, Transport, TransportFuture};
//!
//! /// Adds a header that a proxy asks for, and prints what was slow.
//! #[derive(Debug)]
//! struct ByProxy(Network);
//!
//! impl Transport for ByProxy {
//!     fn send(&self, mut request: http::Request<Bytes>) -> TransportFuture<'_> {
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
//! [`Delivery`], since the pipeline decides by it what may be sent again. It need not care for the time of the whole call:
//! its future is dropped then.

mod network;
mod sender;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};

pub use crate::error::{Delivery, TransportError};
pub use crate::operation::Attempt;
pub use network::{Network, NetworkLimits};
pub(crate) use sender::{RetryAfter, Sender};

/// Sends one request and receives its whole answer.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request, once.
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_>;
}

/// The answer to come.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;
