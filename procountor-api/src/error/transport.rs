//! The error of a request that got no response.

use std::error::Error as StdError;
use std::fmt;

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    delivery: Delivery,
    timeout: bool,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether a request without an answer can have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The connection was never made: the server knows nothing of it.
    NotConnected,
    /// The connection broke before anything of the request was sent: the server knows nothing of it. (The [`Network`] does
    /// not say this: it makes a new connection then.)
    NotSent,
    /// The server may have acted on it.
    Possible,
    /// The server has answered, and the answer cannot be taken: it will be the same again.
    Responded,
}

impl TransportError {
    /// No answer came, for this reason.
    pub fn new(delivery: Delivery, message: impl Into<String>) -> Self {
        Self {
            delivery,
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
    pub fn delivery(&self) -> Delivery {
        self.delivery
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
