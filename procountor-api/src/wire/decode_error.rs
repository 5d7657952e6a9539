//! The error of decoding JSON.

use std::borrow::Cow;
use std::fmt;

use crate::wire::redact::redacted;

/// A JSON value that does not match the specification.
///
/// `Display` shows its path, the expected value, and the start of the value that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Innermost segment first, so that each level appends one.
    path: Vec<Segment>,
    expected: String,
    found: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Member(String),
    Element(usize),
}

/// Maximum length of `found` and of a member name, in characters.
const SNIPPET: usize = 80;

impl DecodeError {
    /// Creates an error from a description of the expected value and the JSON that was found.
    pub fn new(expected: impl Into<String>, found: &str) -> Self {
        Self {
            path: Vec::new(),
            expected: expected.into(),
            found: snippet(found),
        }
    }

    /// Creates the error for text that is not valid JSON.
    pub(crate) fn syntax(error: &serde_json::Error, found: &str) -> Self {
        Self::new(format!("JSON ({error})"), found)
    }

    /// Creates the error for a status that the specification does not have.
    pub fn unexpected_status(status: u16) -> Self {
        Self::new("a status that the specification knows", &status.to_string())
    }

    /// Adds the member of the enclosing object to the path.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        // If the object is a map, the name comes from the server and can be as long as the response.
        self.path.push(Segment::Member(shortened(name, SNIPPET)));
        self
    }

    /// Adds the index in the enclosing list to the path.
    #[must_use]
    pub fn in_element(mut self, index: usize) -> Self {
        self.path.push(Segment::Element(index));
        self
    }

    /// Returns the path of the value: `invoiceRows[3].quantity`, or `$` for the whole document.
    pub fn path(&self) -> String {
        let mut text = String::new();
        for segment in self.path.iter().rev() {
            match segment {
                Segment::Member(name) if text.is_empty() => text.push_str(name),
                Segment::Member(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Segment::Element(index) => text.push_str(&format!("[{index}]")),
            }
        }
        if text.is_empty() {
            "$".to_owned()
        } else {
            text
        }
    }

    /// Returns a description of the expected value.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the start of the value that was found, without secrets.
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// Returns the start of a text for an error message: on one line, without secrets.
pub(crate) fn snippet(text: &str) -> String {
    // Redaction changes the length, so it needs more text than is shown.
    let end = text.char_indices().nth(4 * SNIPPET).map(|(end, _)| end);
    let start = &text[..end.unwrap_or(text.len())];
    shortened(&redacted(&without_secrets(start)), SNIPPET)
}

/// Returns at most `max` characters of a text, on one line.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = one_line.take(max).collect();
    if text.chars().nth(max).is_some() {
        short.push('…');
    }
    short
}

/// Names of the secrets of this API, in quotes.
const SECRETS: [&str; 5] = [
    "\"apiKey\"",
    "\"api_key\"",
    "\"access_token\"",
    "\"refresh_token\"",
    "\"client_secret\"",
];

/// Cuts the text off at the first secret, since a broken document does not show where the secret ends.
fn without_secrets(text: &str) -> Cow<'_, str> {
    let secret = |name: &&str| text.find(*name).map(|at| at + name.len());
    match SECRETS.iter().filter_map(secret).min() {
        Some(end) => Cow::Owned(format!("{}: [redacted]", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = if self.found.is_empty() {
            "nothing"
        } else {
            &self.found
        };
        write!(
            f,
            "{}: expected {}, found {found}",
            self.path(),
            self.expected
        )
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_shortened_and_redacted() {
        let error = DecodeError::new("a string", r#"{"password":"hush","id":7}"#)
            .in_member(&"ä\n".repeat(1000))
            .in_element(3);
        let text = error.to_string();
        assert!(text.chars().count() < 200, "{text}");
        assert!(!text.contains("hush") && !text.contains('\n'), "{text}");
        // A secret that is longer than the part that is redacted.
        let error = DecodeError::new(
            "text",
            &format!(r#"{{"apikey":"{}"}}"#, "hush".repeat(1000)),
        );
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
