//! Takes a request through the fault that it meets: what of it is read, whether it takes effect, and what of the answer goes
//! back.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::http::request::Parts;

use super::{Fault, RetryAfter, Taken};
use crate::reply::{Problem, Reply};
use crate::service::{Received, Service};
use crate::token::Tokens;

/// What goes back.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// An answer.
    Reply(Reply, Pace),
    /// Nothing: the connection is reset.
    Reset,
}

/// How the body of an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// At once.
    Whole,
    /// So many bytes, and the rest after this time.
    Stalled(usize, Duration),
    /// So many bytes, then the connection ends.
    Cut(usize),
}

/// What a gateway shows people.
const PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/// Takes a request. Its body is read when the fault lets it be.
pub(crate) async fn pass(
    service: &Service,
    head: Parts,
    body: impl Future<Output = Result<Bytes, Problem>>,
) -> Delivery {
    let fault = service.strike(&head);
    match fault {
        Some(fault @ Fault::ResetBefore) => {
            service.note_unread(&head, fault);
            return Delivery::Reset;
        }
        Some(Fault::SlowHandshake(time)) => tokio::time::sleep(time).await,
        _ => {}
    }
    let received = Received::new(head, body.await).await;
    let refusal = fault.and_then(|fault| refusal(service, fault, &received));
    if let Some(refusal) = refusal {
        return Delivery::Reply(service.refuse(received, fault, refusal), Pace::Whole);
    }
    let reply = service.answer(received, fault);
    let half = reply.body.len() / 2;
    match fault {
        Some(Fault::ServerError(Taken::Yes)) => Delivery::Reply(server_error(), Pace::Whole),
        Some(Fault::BadGateway(Taken::Yes)) => Delivery::Reply(bad_gateway(), Pace::Whole),
        Some(Fault::ResetAfter) => Delivery::Reset,
        Some(Fault::StallBeforeHeaders(time)) => {
            tokio::time::sleep(time).await;
            Delivery::Reply(reply, Pace::Whole)
        }
        Some(Fault::StallInBody(time)) => Delivery::Reply(reply, Pace::Stalled(half, time)),
        // Nothing can be missing from an empty body: it is given one, of which nothing comes.
        Some(Fault::Truncated) if reply.body.is_empty() => {
            Delivery::Reply(instead(&reply, "application/json", "{}"), Pace::Cut(0))
        }
        Some(Fault::Truncated) => Delivery::Reply(reply, Pace::Cut(half)),
        Some(Fault::WrongContentType) => {
            let page = "<html><body>Welcome back</body></html>";
            Delivery::Reply(instead(&reply, "text/html", page), Pace::Whole)
        }
        Some(Fault::Garbage) => {
            let mut garbage = reply.body[..half].to_vec();
            garbage.extend_from_slice(b" <<<");
            Delivery::Reply(instead(&reply, "application/json", garbage), Pace::Whole)
        }
        _ => Delivery::Reply(reply, Pace::Whole),
    }
}

/// The answer to a request that the fault keeps from being taken.
fn refusal(service: &Service, fault: Fault, received: &Received) -> Option<Reply> {
    let refused = |status, message: &str, after| {
        let mut reply = Reply::refusal(&[Problem::new(status, message)]);
        let after = match after {
            RetryAfter::Unsaid => None,
            RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
            RetryAfter::Date(seconds) => Some(date(seconds)),
        };
        reply
            .headers
            .extend(after.map(|after| ("retry-after", after)));
        reply
    };
    match fault {
        Fault::ServerError(Taken::No) => Some(server_error()),
        Fault::BadGateway(Taken::No) => Some(bad_gateway()),
        Fault::Unavailable(after) => Some(refused(503, "the service is not available", after)),
        Fault::TooMany(after) => Some(refused(429, "too many requests", after)),
        Fault::Redirect => {
            let mut reply = Reply::empty(307);
            let target = received.target();
            reply
                .headers
                .push(("location", format!("{}{target}", service.elsewhere)));
            Some(reply)
        }
        _ => None,
    }
}

/// Another body for an answer. One that said that it has none has one now.
fn instead(reply: &Reply, content_type: &str, body: impl Into<Bytes>) -> Reply {
    let status = if reply.status == 204 {
        200
    } else {
        reply.status
    };
    Reply::bytes(status, content_type, body)
}

fn server_error() -> Reply {
    Reply::refusal(&[Problem::new(500, "an internal error has occurred")])
}

fn bad_gateway() -> Reply {
    Reply::bytes(502, "text/html", PAGE)
}

/// A date in real time, whatever the clock of the runtime: a client has no other to compare it with. Rounded up, since a
/// date has no fractions.
fn date(seconds: u32) -> String {
    let moment =
        SystemTime::now() + Duration::from_secs(u64::from(seconds)) + Duration::from_millis(999);
    httpdate::fmt_http_date(moment)
}

impl Fault {
    /// What it does to the tokens before the request is looked at.
    pub(crate) fn strike_tokens(self, tokens: &mut Tokens, bearer: Option<&str>) {
        match (self, bearer) {
            (Self::ExpiredToken, Some(bearer)) => tokens.expire(bearer),
            (Self::RevokedKey, _) => tokens.suspend_keys(),
            (Self::ChangedPassword, _) => tokens.change_password(),
            _ => {}
        }
    }
}
