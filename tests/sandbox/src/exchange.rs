//! Request and response within one process, without sockets.

use std::fmt;

use bytes::Bytes;
use hyper::Request;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue};

use crate::faults::{Delivery, Pace, pass};
use crate::redirect_target::MisdirectedRequest;
use crate::response::Response;
use crate::service::Service;

/// A connection that ended before the response was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    /// The connection was reset before any byte arrived.
    Reset,
    /// The connection was closed after a part of the response.
    ClosedEarly,
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reset => "the connection was reset",
            Self::ClosedEarly => "the connection was closed before the response was complete",
        })
    }
}

impl std::error::Error for ConnectionError {}

pub(crate) async fn exchange(
    service: &Service,
    host: &str,
    request: Request<Bytes>,
) -> Result<hyper::Response<Bytes>, ConnectionError> {
    let (mut head, body) = request.into_parts();
    let authority = head.uri.authority();
    if authority.is_some_and(|authority| authority.as_str() != host) {
        let misdirected = MisdirectedRequest::new(&head, &body);
        service.state().misdirected.push(misdirected);
        return Ok(Response::empty(204).into_http(|body| body));
    }
    // An HTTP client adds these headers when it writes a request.
    if let Ok(host) = HeaderValue::from_str(host) {
        head.headers.insert(HOST, host);
    }
    if !body.is_empty() {
        head.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    let (response, pace) = match pass(service, head, async { Ok(body) }).await {
        Delivery::Respond(response, pace) => (response, pace),
        Delivery::Reset => return Err(ConnectionError::Reset),
    };
    match pace {
        Pace::Whole => {}
        Pace::Stalled(_, time) => tokio::time::sleep(time).await,
        Pace::Cut(_) => return Err(ConnectionError::ClosedEarly),
    }
    Ok(response.into_http(|body| body))
}
