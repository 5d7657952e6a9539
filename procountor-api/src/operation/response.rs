//! The decoding of responses. The status determines the type, and nothing is decoded by trial.

use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::ErrorContext;
use super::multipart::{Binary, Mixed, read_mixed};
use crate::wire::{self, DecodeError, Wire};

/// A successful response, not decoded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawResponse {
    /// The HTTP status, from 200 to 299.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The number of times that the request was sent.
    pub attempts: u32,
    /// The context of an error about the response.
    pub(crate) context: Arc<ErrorContext>,
}

impl RawResponse {
    pub(crate) fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn text(&self) -> Result<&str, DecodeError> {
        let start = || String::from_utf8_lossy(&self.body[..self.body.len().min(400)]).into_owned();
        std::str::from_utf8(&self.body).map_err(|_| DecodeError::new("text in UTF-8", &start()))
    }
}

/// A type that can be decoded from a response.
pub trait FromResponse: Sized + Send + 'static {
    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body does not match the specification.
    fn read(response: &RawResponse) -> Result<Self, DecodeError>;

    /// Encodes the JSON of the response, or returns `None` if it does not have JSON.
    #[doc(hidden)]
    fn to_json(&self) -> Option<String>;
}

impl<T: Wire> FromResponse for T {
    fn read(response: &RawResponse) -> Result<Self, DecodeError> {
        wire::from_json(response.text()?)
    }

    fn to_json(&self) -> Option<String> {
        Some(wire::to_json(self))
    }
}

impl FromResponse for () {
    fn read(_: &RawResponse) -> Result<Self, DecodeError> {
        Ok(())
    }

    fn to_json(&self) -> Option<String> {
        None
    }
}

impl FromResponse for Binary {
    fn read(response: &RawResponse) -> Result<Self, DecodeError> {
        let content_type = Some(response.content_type())
            .filter(|media| !media.is_empty())
            .map(str::to_owned);
        Ok(Self {
            content_type,
            bytes: response.body.clone(),
        })
    }

    fn to_json(&self) -> Option<String> {
        None
    }
}

impl<T: Wire> FromResponse for Mixed<T> {
    fn read(response: &RawResponse) -> Result<Self, DecodeError> {
        let (meta, bytes) = read_mixed(response.content_type(), &response.body)?;
        Ok(Self {
            meta: wire::from_json(&meta)?,
            bytes,
        })
    }

    fn to_json(&self) -> Option<String> {
        Some(wire::to_json(&self.meta))
    }
}

/// The response to a request for several ids.
///
/// It is in the order of the ids, without those that do not exist. For a single id, the server sends an object and not a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T>(pub Vec<T>);

impl<T: Wire> FromResponse for Batch<T> {
    fn read(response: &RawResponse) -> Result<Self, DecodeError> {
        let text = response.text()?;
        if text.trim_start().starts_with('[') {
            wire::from_json(text).map(Self)
        } else {
            wire::from_json(text).map(|one| Self(vec![one]))
        }
    }

    fn to_json(&self) -> Option<String> {
        Some(wire::to_json(&self.0))
    }
}

impl<T> Deref for Batch<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> IntoIterator for Batch<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
