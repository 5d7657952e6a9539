//! An answer that says no.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::text::list;
use crate::wire::redact::redacted;
use crate::wire::shortened;

/// An answer that says no.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What the server says, as far as it is in a known form.
    pub messages: Vec<ApiMessage>,
    /// The answer as it came, but for the secrets of the request, which are taken out; it is not always JSON.
    pub body: Bytes,
    /// How long the server asked to wait (`Retry-After`), counted from the answer.
    pub retry_after: Option<Duration>,
}

/// One thing that the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiMessage {
    /// The field that it is about, as in `invoiceRows[3].vatStatus`.
    pub field: Option<String>,
    /// A code such as `DUE_DATE_BEFORE_BILL_DATE`, or a sentence. The set is open.
    pub message: String,
}

impl ApiError {
    /// A refusal of our own, as if the server had said it.
    pub(crate) fn told(status: u16, message: &str) -> Self {
        Self {
            status,
            messages: vec![ApiMessage {
                field: None,
                message: message.to_owned(),
            }],
            body: Bytes::new(),
            retry_after: None,
        }
    }

    /// Reads an answer that says no: `{"errors":[{"status","field","message"}]}`, or the older
    /// `{"error","error_description"}`, or whatever a gateway says.
    pub(crate) fn read(status: u16, body: Bytes) -> Self {
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut messages = Vec::new();
        for error in json
            .get("errors")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(message) = text(error, "message") {
                messages.push(ApiMessage {
                    field: text(error, "field"),
                    message,
                });
            }
        }
        if let (true, Some(error)) = (messages.is_empty(), text(&json, "error")) {
            let message = text(&json, "error_description")
                .map_or(error.clone(), |more| format!("{error}: {more}"));
            messages.push(ApiMessage {
                field: None,
                message,
            });
        }
        Self {
            status,
            messages,
            body,
            retry_after: None,
        }
    }
}

/// How much of a message is shown, in characters, how much of the field that it names, and how many messages are.
const SHOWN: (usize, usize, usize) = (300, 100, 8);

/// On one line, and shortened: the fields have all of it.
impl fmt::Display for ApiMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (message, field, _) = SHOWN;
        let message = shortened(&redacted(&self.message), message);
        match &self.field {
            Some(name) => write!(f, "{}: {message}", shortened(&redacted(name), field)),
            None => f.write_str(&message),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if !self.messages.is_empty() {
            let (_, _, most) = SHOWN;
            let (shown, more) = self.messages.split_at(self.messages.len().min(most));
            write!(f, ": {}", list(shown))?;
            return match more.len() {
                0 => Ok(()),
                more => write!(f, "; and {more} more"),
            };
        }
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(400)]);
        match start.trim() {
            "" => f.write_str(" without a body"),
            text => write!(f, ": {}", crate::wire::snippet(&redacted(text))),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
