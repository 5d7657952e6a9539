//! The extension point to the network: a request goes in, a response comes out.
//!
//! The default transport is [`Network`], on `reqwest`. Every request passes the transport once for each attempt, token
//! requests included, so a transport sees what the server sees.
//!
//! # Middleware
//!
//! A transport can wrap another one to change the request, to inspect the response, or to respond by itself. [`Attempt`] in
//! the extensions of the request identifies the operation:
//!
//! ```
//! use bytes::Bytes;
//! use procountor_api::transport::{Attempt, Network, Transport, TransportFuture};
//!
//! /// Adds a header that a proxy requires, and prints slow operations.
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
//!             let response = self.0.send(request).await;
//!             if let (Some(attempt), true) = (attempt, start.elapsed().as_secs() > 5) {
//!                 println!("{} was slow", attempt.operation);
//!             }
//!             response
//!         })
//!     }
//! }
//! ```
//!
//! # Fakes
//!
//! A fake for tests returns an `http::Response`. On failure it must return the right [`Delivery`], since the client uses it
//! to decide whether the request can be repeated. It does not need a timeout: the client drops the future at the deadline.

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
pub(crate) use sender::{RetryAfter, Sender, TokenRequest};

/// Sends HTTP requests.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request once and returns the whole response.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no usable response. An error status such as 404 is a response.
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_>;
}

/// Future returned by [`Transport::send`].
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;
