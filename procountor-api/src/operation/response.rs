//! What an operation answers, and how it is read: the status chooses, nothing is decoded by trying.

use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::operation::ErrorContext;
use crate::operation::multipart::{Binary, Mixed, read_mixed};
use crate::wire::{self, DecodeError, Wire};

/// A successful answer as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawResponse {
    /// The HTTP status, from 200 to 299.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How often the request was sent.
    pub attempts: u32,
    /// What an error about the answer tells.
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

/// What an operation answers.
pub trait FromResponse: Sized + Send + 'static {
    /// Reads the answer.
    ///
    /// # Errors
    /// The body is not what the specification says.
    fn read(answer: &RawResponse) -> Result<Self, DecodeError>;

    /// The JSON in the answer, written again; `None` where there is none.
    #[doc(hidden)]
    fn to_json(&self) -> Option<String>;
}

impl<T: Wire> FromResponse for T {
    fn read(answer: &RawResponse) -> Result<Self, DecodeError> {
        wire::from_json(answer.text()?)
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
    fn read(answer: &RawResponse) -> Result<Self, DecodeError> {
        let content_type = Some(answer.content_type())
            .filter(|media| !media.is_empty())
            .map(str::to_owned);
        Ok(Self {
            content_type,
            bytes: answer.body.clone(),
        })
    }

    fn to_json(&self) -> Option<String> {
        None
    }
}

impl<T: Wire> FromResponse for Mixed<T> {
    fn read(answer: &RawResponse) -> Result<Self, DecodeError> {
        let (meta, bytes) = read_mixed(answer.content_type(), &answer.body)?;
        Ok(Self {
            meta: wire::from_json(&meta)?,
            bytes,
        })
    }

    fn to_json(&self) -> Option<String> {
        Some(wire::to_json(&self.meta))
    }
}

/// The answer to a request for several ids: in the order of the ids, without those that do not exist. The server sends a
/// list, or one object where one id was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T>(pub Vec<T>);

impl<T: Wire> FromResponse for Batch<T> {
    fn read(answer: &RawResponse) -> Result<Self, DecodeError> {
        let text = answer.text()?;
        match text.trim_start().starts_with('[') {
            true => wire::from_json(text).map(Self),
            false => wire::from_json(text).map(|one| Self(vec![one])),
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
