//! Decodes what a URL, a form and a header carry.

use percent_encoding::percent_decode_str;

use crate::response::Problem;

/// The name=value pairs of a query or a form; what is not UTF-8 is a problem.
pub(crate) fn pairs(text: &str, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (form(name), form(value)) {
            (Some(name), Some(value)) => pairs.push((name, value)),
            _ => problems.push(Problem::at(name, "not percent-encoded UTF-8")),
        }
    }
    pairs
}

fn form(text: &str) -> Option<String> {
    segment(&text.replace('+', " "))
}

/// A decoded path segment.
pub(crate) fn segment(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// The text of a header. How the API wants other characters than ASCII is not known, so that percent-encoded UTF-8,
/// plain UTF-8 and Latin-1 are all understood.
pub(crate) fn header(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => segment(text).unwrap_or_else(|| text.to_owned()),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
