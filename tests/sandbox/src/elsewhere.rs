//! The other host: where a client comes to when it follows a redirect that it should not. It records all that it is sent.

use hyper::http::request::Parts;

/// A request that came to the other host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strayed {
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Strayed {
    pub(crate) fn new(head: &Parts, body: &[u8]) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self {
            method: head.method.to_string(),
            target: head
                .uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), |target| target.as_str().to_owned()),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(body),
        }
    }
}
