//! Why a piece of JSON could not be read: where, what was expected, what stood there.

use std::borrow::Cow;
use std::fmt;

use crate::wire::redact::redacted;

/// A JSON value that is not what the specification says. It names the place and shows the beginning of what stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// From the inside out, so that each level adds to the end.
    path: Vec<Segment>,
    expected: String,
    found: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Member(String),
    Element(usize),
}

/// How much of the offending JSON an error shows.
const SNIPPET: usize = 80;

impl DecodeError {
    /// Something else was expected than `found`.
    pub fn new(expected: impl Into<String>, found: &str) -> Self {
        Self {
            path: Vec::new(),
            expected: expected.into(),
            found: snippet(found),
        }
    }

    /// The text is no JSON at all.
    pub(crate) fn syntax(error: &serde_json::Error, found: &str) -> Self {
        Self::new(format!("JSON ({error})"), found)
    }

    /// The status has no answer in the specification.
    pub fn unexpected_status(status: u16) -> Self {
        Self::new("a status that the specification knows", &status.to_string())
    }

    /// The same error, seen from the object around it.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        // Names are from the server where an object is a map, and may be as long as the answer.
        self.path.push(Segment::Member(shortened(name, SNIPPET)));
        self
    }

    /// The same error, seen from the list around it.
    #[must_use]
    pub fn in_element(mut self, index: usize) -> Self {
        self.path.push(Segment::Element(index));
        self
    }

    /// Where it is: `invoiceRows[3].quantity`, or `$` for the whole document.
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

    /// What the specification says should stand there.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The first characters of what stood there.
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// The first characters of a text, on one line, without secrets: what an error may show.
pub(crate) fn snippet(text: &str) -> String {
    // Secrets make a text longer or shorter, so a little more of it is looked at than is shown.
    let end = text.char_indices().nth(4 * SNIPPET).map(|(end, _)| end);
    let start = &text[..end.unwrap_or(text.len())];
    shortened(&redacted(&without_secrets(start)), SNIPPET)
}

/// At most so many characters of a text, on one line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = one_line.take(most).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// Members of this API whose values are secrets.
const SECRETS: [&str; 5] = [
    "\"apiKey\"",
    "\"api_key\"",
    "\"access_token\"",
    "\"refresh_token\"",
    "\"client_secret\"",
];

/// Cuts the text off at the first secret, since what follows cannot be told apart in a broken document.
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
    fn what_the_server_names_and_sends_is_shown_shortened_and_without_secrets() {
        let error = DecodeError::new("text", r#"{"password":"hush","id":7}"#)
            .in_member(&"ä\n".repeat(1000))
            .in_element(3);
        let text = error.to_string();
        assert!(text.chars().count() < 200, "{text}");
        assert!(!text.contains("hush") && !text.contains('\n'), "{text}");
        // However far behind its name a secret ends.
        let error = DecodeError::new(
            "text",
            &format!(r#"{{"apikey":"{}"}}"#, "hush".repeat(1000)),
        );
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
