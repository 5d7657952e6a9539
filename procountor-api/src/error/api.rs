//! Error responses.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::text::list;
use crate::wire::redact::redacted;
use crate::wire::{shortened, snippet};

/// An error response.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The messages of the body, if its form is known.
    pub messages: Vec<ApiMessage>,
    /// The body, which is not always JSON. The secrets of the request are redacted in it.
    pub body: Bytes,
    /// The wait that the server requested (`Retry-After`), counted from the response.
    pub retry_after: Option<Duration>,
}

/// A message of an error response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiMessage {
    /// The path of the field with the problem: `invoiceRows[3].vatStatus`.
    pub field: Option<String>,
    /// A code such as `DUE_DATE_BEFORE_BILL_DATE`, or a sentence. The set of codes is open.
    pub message: String,
}

impl ApiMessage {
    fn new(message: impl Into<String>) -> Self {
        Self {
            field: None,
            message: message.into(),
        }
    }
}

impl ApiError {
    /// Creates an error that this crate detects before sending, in the form of an error response.
    pub(crate) fn local(status: u16, message: &str) -> Self {
        Self {
            status,
            messages: vec![ApiMessage::new(message)],
            body: Bytes::new(),
            retry_after: None,
        }
    }

    /// Reads an error response. The messages are empty if the form of the body is unknown.
    pub(crate) fn read(status: u16, body: Bytes) -> Self {
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        Self {
            status,
            messages: ErrorBody(&json).messages(),
            body,
            retry_after: None,
        }
    }
}

/// The two forms of an error body: `{"errors": [{"status", "field", "message"}]}`, and the older
/// `{"error", "error_description"}` of OAuth.
pub(crate) struct ErrorBody<'a>(pub(crate) &'a Value);

impl<'a> ErrorBody<'a> {
    fn errors(&self) -> Option<&'a [Value]> {
        self.0.get("errors")?.as_array().map(Vec::as_slice)
    }

    /// Returns the status in the body of an error, which can arrive with the HTTP status 200, or `None` if the body does not
    /// have an error.
    pub(crate) fn status(&self) -> Option<u16> {
        if self.errors().is_none() && self.0.get("error").is_none() {
            return None;
        }
        let first = self.errors().and_then(<[Value]>::first);
        let status = first.and_then(|error| error.get("status")?.as_u64()?.try_into().ok());
        Some(
            status
                .filter(|status| (400..600).contains(status))
                .unwrap_or(400),
        )
    }

    /// Returns the codes or sentences.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let errors = self.errors().unwrap_or_default().iter();
        let messages = errors.filter_map(|error| text(error, "message"));
        text(self.0, "error").into_iter().chain(messages)
    }

    fn messages(&self) -> Vec<ApiMessage> {
        let read = |error| {
            Some(ApiMessage {
                field: text(error, "field").map(str::to_owned),
                message: text(error, "message")?.to_owned(),
            })
        };
        let errors = self.errors().unwrap_or_default();
        let messages: Vec<_> = errors.iter().filter_map(read).collect();
        match text(self.0, "error") {
            Some(error) if messages.is_empty() => {
                let description = text(self.0, "error_description");
                let description = description.map(|text| format!(": {text}"));
                vec![ApiMessage::new(
                    error.to_owned() + &description.unwrap_or_default(),
                )]
            }
            _ => messages,
        }
    }
}

fn text<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Value::as_str)
}

/// Maximum length of a message that is shown, in characters.
const MAX_MESSAGE: usize = 300;
/// Maximum length of a field path that is shown, in characters.
const MAX_FIELD: usize = 100;
/// Maximum number of messages that are shown.
const MAX_MESSAGES: usize = 8;

/// Shows one line, shortened. The fields have the whole text.
impl fmt::Display for ApiMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{}: ", shortened(&redacted(field), MAX_FIELD))?;
        }
        f.write_str(&shortened(&redacted(&self.message), MAX_MESSAGE))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if !self.messages.is_empty() {
            let (shown, more) = self
                .messages
                .split_at(self.messages.len().min(MAX_MESSAGES));
            write!(f, ": {}", list(shown))?;
            return match more.len() {
                0 => Ok(()),
                more => write!(f, "; and {more} more"),
            };
        }
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(400)]);
        match start.trim() {
            "" => f.write_str(" without a body"),
            text => write!(f, ": {}", snippet(&redacted(text))),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
