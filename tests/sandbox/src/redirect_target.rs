//! The other host, to which [`Fault::Redirect`](crate::Fault::Redirect) leads. It records every request it receives.

use hyper::http::request::Parts;

/// A request that followed a redirect to the other host, which a client must not do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MisdirectedRequest {
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl MisdirectedRequest {
    pub(crate) fn new(head: &Parts, body: &[u8]) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let target = head.uri.path_and_query();
        let headers = head.headers.iter();
        Self {
            method: head.method.to_string(),
            target: target.map_or("/", |target| target.as_str()).to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(body),
        }
    }
}
