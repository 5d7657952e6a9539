//! The context of a call, which support reports show.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Request};
use url::Url;

use super::Operation;

/// The client of a call, without secrets.
#[derive(Debug)]
pub(crate) struct ClientInfo {
    pub(crate) client_id: Option<String>,
    pub(crate) base_url: Url,
    pub(crate) version: &'static str,
    pub(crate) company: Option<String>,
    pub(crate) user: Option<String>,
}

/// The client, the request and the response headers of a call, and its time.
pub(crate) struct ErrorContext {
    pub(crate) client: Arc<ClientInfo>,
    pub(crate) started: SystemTime,
    pub(crate) ended: SystemTime,
    /// The request without its token, or `None` if it was invalid.
    pub(crate) request: Option<Request<Bytes>>,
    pub(crate) headers: HeaderMap,
}

impl fmt::Debug for ErrorContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorContext").finish_non_exhaustive()
    }
}

/// The operation and attempt of a request, in its [`extensions`](Request::extensions). Token requests and logouts do not
/// have this extension.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation.
    pub operation: &'static Operation,
    /// The number of the attempt in its call, starting at 1.
    pub number: u32,
}
