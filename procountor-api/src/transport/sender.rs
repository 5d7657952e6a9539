//! The instrumented transport of a client.
//!
//! Every request passes it, token requests included: it notifies the observer, records a span, reduces the rate after a 429,
//! and removes from error responses the secrets that the request carried.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::observe::{Finished, Notifier, Sent, Span};
use crate::operation::{Operation, secrets_of};
use crate::rate::Limiter;
use crate::retry::{Failure, retry_after};
use crate::transport::{Attempt, Transport, TransportError, TransportFuture};
use crate::wire::Secret;
use crate::wire::redact::without;

/// The instrumented transport of a client.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) notifier: Notifier,
    pub(crate) clock: Arc<dyn Clock>,
    /// The number of bytes of each body to trace.
    pub(crate) trace_bodies: usize,
}

/// Request extension that marks a token request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenRequest;

/// Response extension of an error response: the wait from its `Retry-After` header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryAfter(pub(crate) Duration);

impl Sender {
    /// Removes these secrets from an error response and reads its `Retry-After` header.
    fn prepare_error(&self, response: Response<Bytes>, secrets: &[Secret]) -> Response<Bytes> {
        let mut response = response.map(|body| without(body, secrets));
        if let Some(wait) = retry_after(response.headers(), self.clock.now()) {
            response.extensions_mut().insert(RetryAfter(wait));
        }
        response
    }
}

impl Transport for Sender {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let span = Span::request(&request, self.trace_bodies);
            let is_token_request = request.extensions().get::<TokenRequest>().is_some();
            let secrets = secrets_of(&request);
            let mut in_flight = InFlight::new(&self.notifier, &span, &request);
            let result = span.around(self.transport.send(request)).await;
            let result = result.map(|response| {
                if response.status().is_success() {
                    response
                } else {
                    self.prepare_error(response, &secrets)
                }
            });
            let duration = in_flight.finish(&result);
            if let Ok(response) = &result {
                let status = response.status();
                if status.as_u16() == 429 {
                    self.limiter.slow_down();
                } else if is_token_request && status.is_success() {
                    self.notifier.token_fetched(duration);
                } else if in_flight.operation.is_some() {
                    // The body of any other response can be a secret.
                    span.body(response, self.trace_bodies);
                }
            }
            result
        })
    }
}

/// Guard of a request in flight: its end is reported even if the call is dropped.
struct InFlight<'a> {
    notifier: &'a Notifier,
    span: &'a Span,
    operation: Option<&'static Operation>,
    attempt: u32,
    start: Instant,
    is_finished: bool,
}

impl<'a> InFlight<'a> {
    fn new(notifier: &'a Notifier, span: &'a Span, request: &Request<Bytes>) -> Self {
        let attempt = request.extensions().get::<Attempt>();
        let operation = attempt.map(|attempt| attempt.operation);
        let attempt = attempt.map_or(1, |attempt| attempt.number);
        notifier.sent(&Sent { operation, attempt });
        Self {
            notifier,
            span,
            operation,
            attempt,
            start: Instant::now(),
            is_finished: false,
        }
    }

    fn finish(&mut self, result: &Result<Response<Bytes>, TransportError>) -> Duration {
        match result {
            Ok(response) => self.report(Some(response.status().as_u16()), None),
            Err(error) => self.report(None, Some(Failure::from(error).name())),
        }
    }

    fn report(&mut self, status: Option<u16>, failure: Option<&str>) -> Duration {
        self.is_finished = true;
        let duration = self.start.elapsed();
        self.span.ended(status, failure);
        self.notifier.finished(&Finished {
            operation: self.operation,
            attempt: self.attempt,
            status,
            failure,
            duration,
        });
        duration
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.report(None, Some("dropped"));
        }
    }
}
