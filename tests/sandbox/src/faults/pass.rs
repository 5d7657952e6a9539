//! Passes a request through its fault: decides how much of the request is read, whether it takes effect, and how much of the
//! response is sent.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::http::request::Parts;

use super::{Applied, Fault, RetryAfter};
use crate::response::{Problem, Response};
use crate::service::{Request, Service};
use crate::token::Tokens;

/// The response that the client receives.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// A response.
    Respond(Response, Pace),
    /// A connection reset.
    Reset,
}

/// The way in which a response body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// At once.
    Whole,
    /// This number of bytes at once, and the rest after this time.
    Stalled(usize, Duration),
    /// This number of bytes, after which the connection is closed.
    Cut(usize),
}

/// The error page of a gateway.
const GATEWAY_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/// Handles a request. Its body is read once the fault allows.
pub(crate) async fn pass(
    service: &Service,
    head: Parts,
    body: impl Future<Output = Result<Bytes, Problem>>,
) -> Delivery {
    let fault = service.select(&head);
    match fault {
        Some(fault @ Fault::ResetBefore) => {
            service.record_unread(&head, fault);
            return Delivery::Reset;
        }
        Some(Fault::SlowHandshake(time)) => tokio::time::sleep(time).await,
        _ => {}
    }
    let request = Request::new(head, body.await).await;
    if let Some(response) = fault.and_then(|fault| rejection(service, fault, &request)) {
        service.reject(&request, fault, &response);
        return Delivery::Respond(response, Pace::Whole);
    }
    let response = service.respond(request, fault);
    let half = response.body.len() / 2;
    let (response, pace) = match fault {
        Some(Fault::ServerError(Applied::Yes)) => (server_error(), Pace::Whole),
        Some(Fault::BadGateway(Applied::Yes)) => (bad_gateway(), Pace::Whole),
        Some(Fault::ResetAfter) => return Delivery::Reset,
        Some(Fault::StallBeforeHeaders(time)) => {
            tokio::time::sleep(time).await;
            (response, Pace::Whole)
        }
        Some(Fault::StallInBody(time)) => (response, Pace::Stalled(half, time)),
        // An empty body cannot be truncated, so the response promises another body and sends none of it.
        Some(Fault::Truncated) if response.body.is_empty() => {
            let promised = with_body(&response, "application/json", "{}");
            (promised, Pace::Cut(0))
        }
        Some(Fault::Truncated) => (response, Pace::Cut(half)),
        Some(Fault::WrongContentType) => {
            let page = "<html><body>Welcome back</body></html>";
            (with_body(&response, "text/html", page), Pace::Whole)
        }
        Some(Fault::Garbage) => {
            let garbage = [&response.body[..half], b" <<<"].concat();
            let response = with_body(&response, "application/json", garbage);
            (response, Pace::Whole)
        }
        _ => (response, Pace::Whole),
    };
    Delivery::Respond(response, pace)
}

/// Returns the response to a request that the fault keeps from taking effect.
fn rejection(service: &Service, fault: Fault, request: &Request) -> Option<Response> {
    let rejected = |status, message: &str, after| {
        let mut response = Response::errors(&[Problem::new(status, message)]);
        let after = match after {
            RetryAfter::Absent => None,
            RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
            RetryAfter::Date(seconds) => Some(date(seconds)),
        };
        let header = after.map(|after| ("retry-after", after));
        response.headers.extend(header);
        response
    };
    match fault {
        Fault::ServerError(Applied::No) => Some(server_error()),
        Fault::BadGateway(Applied::No) => Some(bad_gateway()),
        Fault::Unavailable(after) => Some(rejected(503, "the service is not available", after)),
        Fault::TooMany(after) => Some(rejected(429, "too many requests", after)),
        Fault::Redirect => {
            let location = format!("{}{}", service.redirect_host, request.target());
            let mut response = Response::empty(307);
            response.headers.push(("location", location));
            Some(response)
        }
        _ => None,
    }
}

/// Replaces the body of a response. Status 204, which excludes a body, becomes 200.
fn with_body(response: &Response, content_type: &str, body: impl Into<Bytes>) -> Response {
    let status = if response.status == 204 {
        200
    } else {
        response.status
    };
    Response::bytes(status, content_type, body)
}

fn server_error() -> Response {
    Response::errors(&[Problem::new(500, "an internal error has occurred")])
}

fn bad_gateway() -> Response {
    Response::bytes(502, "text/html", GATEWAY_PAGE)
}

/// Formats a date in real time even if the runtime's clock is virtual, because the client compares it with real time.
/// Rounded up, because an HTTP date has no fractions of a second.
fn date(seconds: u32) -> String {
    let moment =
        SystemTime::now() + Duration::from_secs(u64::from(seconds)) + Duration::from_millis(999);
    httpdate::fmt_http_date(moment)
}

impl Fault {
    /// Applies what the fault does to the tokens before the request is handled.
    pub(crate) fn apply_to_tokens(self, tokens: &mut Tokens, bearer: Option<&str>) {
        match (self, bearer) {
            (Self::ExpiredToken, Some(bearer)) => tokens.expire(bearer),
            (Self::RevokedKey, _) => tokens.suspend_keys(),
            (Self::ChangedPassword, _) => tokens.change_password(),
            _ => {}
        }
    }
}
