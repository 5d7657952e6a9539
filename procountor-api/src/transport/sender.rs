//! What stands between the pipeline and the transport: every request passes it, those for tokens too. It counts, measures
//! and traces, and tells the limiter when the server had too many.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::observe::{Answered, Notifier, Sent, Span};
use crate::operation::Operation;
use crate::operation::secrets_of;
use crate::rate::Limiter;
use crate::retry::{Failure, retry_after};
use crate::transport::{Attempt, Transport, TransportError, TransportFuture};
use crate::wire::Secret;
use crate::wire::redact::without;

/// The transport of a client, as the pipeline and the tokens see it.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) notifier: Notifier,
    pub(crate) clock: Arc<dyn Clock>,
    /// How much of a body is traced.
    pub(crate) trace_bodies: usize,
}

/// How long the server asks to wait: among the extensions of an answer that says no.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryAfter(pub(crate) Duration);

impl Sender {
    /// An answer that says no, with what the pipeline needs to know of it, and without what nobody should see.
    fn refusal(&self, answer: Response<Bytes>, secrets: &[Secret]) -> Response<Bytes> {
        let mut answer = answer.map(|body| without(body, secrets));
        if let Some(wait) = retry_after(answer.headers(), self.clock.now()) {
            answer.extensions_mut().insert(RetryAfter(wait));
        }
        answer
    }
}

impl Transport for Sender {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let span = Span::request(&request, self.trace_bodies);
            let is_token = request.uri().path().ends_with("/oauth/token");
            let secrets = secrets_of(&request);
            let mut sent = InFlight::new(&self.notifier, &span, &request);
            let result = span.around(self.transport.send(request)).await;
            let result = result.map(|answer| match answer.status().is_success() {
                true => answer,
                false => self.refusal(answer, &secrets),
            });
            let duration = sent.ended(&result);
            match &result {
                Ok(answer) if answer.status().as_u16() == 429 => self.limiter.too_many(),
                Ok(answer) if is_token && answer.status().is_success() => {
                    self.notifier.token_fetched(duration);
                }
                // What any other request is answered may be a secret itself.
                Ok(answer) if sent.operation.is_some() => span.body(answer, self.trace_bodies),
                _ => {}
            }
            result
        })
    }
}

/// A request that has left. Its end is told even if nobody waits for it any more.
struct InFlight<'a> {
    notifier: &'a Notifier,
    span: &'a Span,
    operation: Option<&'static Operation>,
    attempt: u32,
    start: Instant,
    told: bool,
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
            told: false,
        }
    }

    fn ended(&mut self, result: &Result<Response<Bytes>, TransportError>) -> Duration {
        match result {
            Ok(answer) => self.tell(Some(answer.status().as_u16()), None),
            Err(error) => self.tell(None, Some(Failure::from(error).name())),
        }
    }

    fn tell(&mut self, status: Option<u16>, failure: Option<&str>) -> Duration {
        self.told = true;
        let duration = self.start.elapsed();
        self.span.ended(status, failure);
        self.notifier.answered(&Answered {
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
        if !self.told {
            self.tell(None, Some("dropped"));
        }
    }
}
