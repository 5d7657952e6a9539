//! Decodes texts in URLs, forms and headers.

use percent_encoding::percent_decode_str;

use crate::response::Problem;

/// Decodes the pairs of a query or a form; text that is not UTF-8 is a problem.
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

/// Decodes a path segment.
pub(crate) fn segment(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// Decodes the value of a header. The encoding that the vendor expects for non-ASCII text is not documented, so
/// percent-encoded UTF-8, plain UTF-8 and Latin-1 are all accepted.
pub(crate) fn header(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => segment(text).unwrap_or_else(|| text.to_owned()),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
