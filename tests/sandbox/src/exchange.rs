//! A request and its answer within one process: what the server does, without sockets.

use std::fmt;

use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::elsewhere::Strayed;
use crate::faults::{Delivery, Pace, pass};
use crate::service::Service;

/// How a connection ended before the answer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It was reset; nothing came.
    Reset,
    /// It was closed when a part of the answer had come.
    CutOff,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reset => "the connection was reset",
            Self::CutOff => "the connection was closed before the answer had come",
        })
    }
}

impl std::error::Error for Broken {}

pub(crate) async fn exchange(
    service: &Service,
    host: &str,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Broken> {
    let (mut head, body) = request.into_parts();
    if head
        .uri
        .authority()
        .is_some_and(|named| named.as_str() != host)
    {
        service.state().strayed.push(Strayed::new(&head, &body));
        let mut nothing = Response::new(Bytes::new());
        *nothing.status_mut() = StatusCode::NO_CONTENT;
        return Ok(nothing);
    }
    // What a client adds when it writes a request.
    if let Ok(host) = HeaderValue::from_str(host) {
        head.headers.insert(HOST, host);
    }
    if !body.is_empty() {
        head.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    let (reply, pace) = match pass(service, head, async { Ok(body) }).await {
        Delivery::Reply(reply, pace) => (reply, pace),
        Delivery::Reset => return Err(Broken::Reset),
    };
    match pace {
        Pace::Whole => {}
        Pace::Stalled(_, time) => tokio::time::sleep(time).await,
        Pace::Cut(_) => return Err(Broken::CutOff),
    }
    let mut response = Response::new(reply.body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}
