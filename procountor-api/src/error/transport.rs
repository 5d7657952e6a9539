//! The error of a request without a response.

use std::error::Error as StdError;
use std::fmt;

/// The failure of a request that did not get a response.
#[derive(Debug)]
pub struct TransportError {
    delivery: Delivery,
    timeout: bool,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The delivery state of a request that did not get a usable response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The connection failed, so the request did not reach the server.
    NotConnected,
    /// The connection was lost before the request was sent, so it did not reach the server. The
    /// [`Network`](crate::transport::Network) does not report this: it opens a new connection.
    NotSent,
    /// The request can have reached the server.
    Possible,
    /// The server responded, but the response cannot be used. Another attempt would not change that.
    Responded,
}

impl TransportError {
    /// Creates an error with the delivery state of the request and a message.
    pub fn new(delivery: Delivery, message: impl Into<String>) -> Self {
        Self {
            delivery,
            timeout: false,
            message: message.into(),
            source: None,
        }
    }

    /// Marks the error as a timeout.
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Adds the underlying error.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Returns the delivery state of the request.
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Returns whether a timeout expired.
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
