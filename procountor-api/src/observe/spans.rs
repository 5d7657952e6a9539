//! Spans and events of `tracing`, with the names of OpenTelemetry's conventions for HTTP clients. No secret gets in: not a
//! header, not the value of a parameter unless it is harmless, no body unless it is asked for, and none of a token request.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response, Uri};
use tracing::field::{Empty, display};
use tracing::instrument::Instrumented;
use tracing::{Instrument, debug, info_span, trace, warn};

use super::Retrying;
use crate::error::{Error, ErrorKind};
use crate::operation::Attempt;
use crate::operation::Operation;
use crate::wire::redact::{bounded, redacted};

pub(crate) struct Span(tracing::Span);

impl Span {
    /// A whole call, with its attempts and waits.
    pub(crate) fn call(operation: &'static Operation) -> Self {
        Self(info_span!(
            "procountor.call",
            "procountor.operation" = operation.id,
            "error.type" = Empty,
        ))
    }

    /// One attempt, or a request for a token.
    pub(crate) fn request(request: &Request<Bytes>, trace_bodies: usize) -> Self {
        let attempt = request.extensions().get::<Attempt>();
        let uri = request.uri();
        let template = attempt.map(|attempt| attempt.operation.path);
        let method = request.method().as_str();
        let span = info_span!(
            "http.request",
            "otel.kind" = "client",
            "otel.name" = %format_args!("{method} {}", template.unwrap_or(uri.path())),
            "otel.status_code" = Empty,
            "procountor.operation" = attempt.map_or("authorization", |attempt| attempt.operation.id),
            "http.request.method" = method,
            "http.request.resend_count" = Empty,
            "http.response.status_code" = Empty,
            "url.full" = %url_full(uri),
            "url.template" = template,
            "server.address" = uri.host(),
            "server.port" = uri.port_u16().or(match uri.scheme_str() {
                Some("http") => Some(80),
                _ => Some(443),
            }),
            "error.type" = Empty,
        );
        if let Some(again) = attempt.map(|attempt| attempt.number).filter(|n| *n > 1) {
            span.record("http.request.resend_count", again - 1);
        }
        if attempt.is_some() && trace_bodies > 0 {
            let body = body(request.headers(), request.body(), trace_bodies);
            trace!(parent: &span, body = %body, "request body");
        }
        Self(span)
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        work.instrument(self.0.clone())
    }

    /// The end of a request.
    pub(crate) fn ended(&self, status: Option<u16>, failure: Option<&str>) {
        if let Some(status) = status {
            self.0.record("http.response.status_code", status);
            if status >= 400 {
                self.0.record("error.type", display(status));
                self.0.record("otel.status_code", "ERROR");
            }
        }
        if let Some(failure) = failure {
            self.0.record("error.type", failure);
            self.0.record("otel.status_code", "ERROR");
        }
    }

    /// The end of a call that failed.
    pub(crate) fn failed(&self, error: &Error) {
        self.0.record("error.type", error.kind().name());
    }

    pub(crate) fn body(&self, answer: &Response<Bytes>, trace_bodies: usize) {
        if trace_bodies > 0 {
            let body = body(answer.headers(), answer.body(), trace_bodies);
            trace!(parent: &self.0, body = %body, "response body");
        }
    }
}

fn body(headers: &HeaderMap, body: &Bytes, length: usize) -> String {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    bounded(media.unwrap_or_default(), body, length)
}

/// Parameters whose values tell nothing of anybody; those of the others are left out.
const HARMLESS: [&str; 3] = ["page", "size", "previousId"];

/// The address, with the values of all but harmless parameters replaced.
fn url_full(uri: &Uri) -> String {
    let harmless = |name: &str| HARMLESS.contains(&name) || name.starts_with("orderBy");
    let query = uri.query().unwrap_or_default();
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if !harmless(name) => format!("{name}=REDACTED"),
        _ => pair.to_owned(),
    });
    let address = uri.to_string();
    match (address.split_once('?'), query) {
        (Some((start, _)), "") => start.to_owned(),
        (Some((start, _)), _) => format!("{start}?{}", pairs.collect::<Vec<_>>().join("&")),
        (None, _) => address,
    }
}

pub(super) fn retrying(retrying: &Retrying) {
    debug!(
        "procountor.operation" = retrying.operation.id,
        attempts = retrying.attempts,
        reason = %retrying.rule.failure,
        delay_ms = millis(retrying.delay),
        "sent again after a delay"
    );
}

pub(super) fn waited(wait: Duration) {
    trace!(wait_ms = millis(wait), "waited for the rate limit");
}

pub(super) fn slowed_down(interval: Duration) {
    warn!(
        interval_ms = millis(interval),
        "the server said 429: slower now"
    );
}

pub(super) fn token_failed(error: &ErrorKind) {
    warn!(error = %redacted(&error.to_string()), "no token");
}

pub(super) fn store_failed(store: &str, problem: &dyn fmt::Display) {
    warn!(store, problem = %redacted(&problem.to_string()), "could not be reached, going on without it");
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_nothing_of_anybody() {
        let shown = |text: &str| url_full(&text.parse().unwrap());
        assert_eq!(
            shown("https://books.example/api/persons?personName=Aino&page=2&orderById=ASC&x"),
            "https://books.example/api/persons?personName=REDACTED&page=2&orderById=ASC&x"
        );
        assert_eq!(
            shown("https://books.example/api/status"),
            "https://books.example/api/status"
        );
    }
}
