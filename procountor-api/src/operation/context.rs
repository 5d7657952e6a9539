//! What an error about a call reports: the client, the request, and the times.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Request};
use url::Url;

use super::Operation;

#[derive(Debug)]
pub(crate) struct ClientInfo {
    pub(crate) client_id: Option<String>,
    pub(crate) base_url: Url,
    pub(crate) version: &'static str,
    pub(crate) company: Option<String>,
    pub(crate) user: Option<String>,
}

/// What was sent when, and what came around the answer.
pub(crate) struct ErrorContext {
    pub(crate) identity: Arc<ClientInfo>,
    pub(crate) started: SystemTime,
    pub(crate) ended: SystemTime,
    /// The request without its token; none where it was not valid.
    pub(crate) request: Option<Request<Bytes>>,
    pub(crate) headers: HeaderMap,
}

impl fmt::Debug for ErrorContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorContext").finish_non_exhaustive()
    }
}

/// Which attempt of which call a request is: among its [`extensions`](Request::extensions). A request for a token, and
/// whatever else authorization needs, has none.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation.
    pub operation: &'static Operation,
    /// Which attempt of its call it is; the first is 1.
    pub number: u32,
}
