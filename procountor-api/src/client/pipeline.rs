//! The pipeline of a call:
//!
//! ```text
//! check -> authorize -> admit (rate limit) -> transmit -> classify -> decode
//!               ^                                             |
//!               +---------- retry? (table, policy) -----------+
//! ```
//!
//! `Call` checks the request before it and decodes the response after it. The token comes before the permit of the rate
//! limit: a call that has to wait for a token would hold the permit for that time.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use tokio::time::{Instant, sleep, timeout_at};

use crate::auth::Tokens;
use crate::clock::{Clock, from_now};
use crate::error::{ApiError, Error, ErrorKind, LookUp, RetryStop};
use crate::observe::{Notifier, Retrying, Span};
use crate::operation::{
    Attempt, ClientInfo, ErrorContext, HeaderEncoding, Operation, Prepared, RawResponse, prepare,
};
use crate::rate::Limiter;
use crate::retry::{Bucket, Failure, RetryAction, RetryPolicy, RetryRule, TABLE};
use crate::transport::{RetryAfter, Sender, Transport};
use crate::wire::{DecodeError, Reflect, Secret};

/// The parts of a client, shared by its clones.
#[derive(Debug)]
pub(crate) struct ClientInner {
    pub(crate) info: Arc<ClientInfo>,
    pub(super) sender: Arc<Sender>,
    pub(crate) limiter: Arc<Limiter>,
    pub(super) tokens: Tokens,
    pub(super) budget: Bucket,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) notifier: Notifier,
    pub(super) settings: Settings,
}

/// The settings of all calls of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) timeout: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) header_encoding: HeaderEncoding,
    pub(super) max_request_size: usize,
}

/// The settings of one call. `None` stands for the setting of the client.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// Builds the request of an operation, or returns an error with everything that is invalid.
pub(crate) fn check(
    client: &ClientInner,
    operation: &'static Operation,
    endpoint: &dyn Reflect,
) -> Result<Prepared, Error> {
    let settings = &client.settings;
    prepare(
        &client.info.base_url,
        settings.header_encoding,
        settings.max_request_size,
        operation,
        endpoint,
    )
    .map_err(|violations| {
        let context = client.context(client.clock.now(), None, HeaderMap::new());
        Error::new(operation, 0, ErrorKind::Invalid(violations)).with_context(Some(context))
    })
}

/// Sends a request until there is a successful response, or until the call must not be retried.
pub(crate) async fn execute(
    client: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    options: CallOptions,
) -> Result<RawResponse, Error> {
    let execution = Execution {
        client,
        operation,
        request,
        started: client.clock.now(),
        policy: options.retry.unwrap_or(client.settings.retry),
        deadline: from_now(options.timeout.unwrap_or(client.settings.timeout)),
        attempts: 0,
        failures: 0,
        token: None,
        rejected_token: None,
        may_have_taken_effect: false,
    };
    let span = Span::call(operation);
    let result = span.around(execution.run()).await;
    if let Err(error) = &result {
        span.failed(error);
    }
    result
}

/// Returns the error of a response that cannot be decoded.
pub(crate) fn undecodable(
    operation: &'static Operation,
    response: RawResponse,
    error: DecodeError,
) -> Error {
    let kind = ErrorKind::Decode {
        status: response.status,
        error,
        body: response.body,
    };
    Error::new(operation, response.attempts, kind).with_context(Some(response.context))
}

impl ClientInner {
    fn context(
        &self,
        started: SystemTime,
        request: Option<&Prepared>,
        headers: HeaderMap,
    ) -> Arc<ErrorContext> {
        Arc::new(ErrorContext {
            client: Arc::clone(&self.info),
            started,
            ended: self.clock.now(),
            request: request.map(|request| request.request().clone()),
            headers,
        })
    }
}

/// A call between its check and its response.
struct Execution<'a> {
    client: &'a ClientInner,
    operation: &'static Operation,
    request: &'a Prepared,
    policy: RetryPolicy,
    started: SystemTime,
    deadline: Instant,
    /// The number of requests sent.
    attempts: u32,
    /// The number of failures that called for a delay.
    failures: u32,
    /// The token of the last request.
    token: Option<Secret>,
    /// The token that the server has rejected. The call gets another one, once.
    rejected_token: Option<Secret>,
    /// Set once an attempt may have taken effect: a later one cannot disprove it.
    may_have_taken_effect: bool,
}

/// A failed attempt.
struct Failed {
    cause: Cause,
    kind: ErrorKind,
    /// The headers of the error response, if there is one.
    headers: HeaderMap,
}

/// The input of the retry decision.
enum Cause {
    /// The table decides.
    Failure(Failure),
    /// There is no time left, or no token that another attempt could get. The request was not sent.
    Final,
}

impl Failed {
    fn new(cause: Cause, kind: ErrorKind) -> Box<Self> {
        Self::with_headers(cause, kind, HeaderMap::new())
    }

    fn with_headers(cause: Cause, kind: ErrorKind, headers: HeaderMap) -> Box<Self> {
        Box::new(Self {
            cause,
            kind,
            headers,
        })
    }

    fn out_of_time() -> Box<Self> {
        Self::new(Cause::Final, ErrorKind::TimedOut)
    }
}

impl Execution<'_> {
    async fn run(mut self) -> Result<RawResponse, Error> {
        loop {
            let failed = match self.attempt().await {
                Ok(response) => return Ok(self.succeed(response)),
                Err(failed) => failed,
            };
            if let Err(stop) = self.retry(&failed).await {
                return Err(self.fail(*failed, stop));
            }
        }
    }

    async fn attempt(&mut self) -> Result<Response<Bytes>, Box<Failed>> {
        let request = self.authorize().await?;
        self.admit().await?;
        let response = self.transmit(request).await?;
        classify(response)
    }

    /// Returns the request with a token.
    async fn authorize(&mut self) -> Result<Request<Bytes>, Box<Failed>> {
        let token = self.client.tokens.get(self.rejected_token.as_ref());
        let Some(token) = self.in_time(token).await else {
            return Err(Failed::out_of_time());
        };
        let token = token.map_err(|error| {
            self.client.notifier.token_failed(&error.kind);
            // Whatever the failure of the token request was, the operation itself was not sent.
            let cause = match error.failure {
                Some(_) => Cause::Failure(Failure::NoToken),
                None => Cause::Final,
            };
            Failed::new(cause, error.kind)
        })?;
        let request = self.request.authorized(&token);
        self.token = Some(token);
        let cause = Cause::Failure(Failure::Unauthorized);
        request.ok_or_else(|| Failed::new(cause, ErrorKind::invalid_token()))
    }

    async fn admit(&self) -> Result<(), Box<Failed>> {
        let policy = self.operation.rate_limit;
        let is_admitted = self.client.limiter.admit_before(policy, self.deadline);
        if is_admitted.await {
            Ok(())
        } else {
            Err(Failed::out_of_time())
        }
    }

    async fn transmit(
        &mut self,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Box<Failed>> {
        self.attempts += 1;
        request.extensions_mut().insert(Attempt {
            operation: self.operation,
            number: self.attempts,
        });
        match self.in_time(self.client.sender.send(request)).await {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => {
                let cause = Cause::Failure(Failure::from(&error));
                Err(Failed::new(cause, ErrorKind::Transport(error)))
            }
            None => {
                let cause = Cause::Failure(Failure::TimedOut);
                Err(Failed::new(cause, ErrorKind::TimedOut))
            }
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.deadline, work).await.ok()
    }

    /// Decides whether there is another attempt, and waits for it.
    async fn retry(&mut self, failed: &Failed) -> Result<(), RetryStop> {
        let Cause::Failure(failure) = failed.cause else {
            return Err(RetryStop::Rule);
        };
        let rule = TABLE.rule(self.operation.retry, failure);
        if rule.may_have_applied {
            self.may_have_taken_effect = true;
        }
        match rule.action {
            RetryAction::NewToken if self.rejected_token.is_none() => {
                self.rejected_token = self.token.take();
                Ok(())
            }
            RetryAction::Again => {
                let retry_after = failed.kind.api().and_then(|error| error.retry_after);
                self.back_off(rule, retry_after).await
            }
            RetryAction::NewToken | RetryAction::Stop => Err(RetryStop::Rule),
        }
    }

    /// Waits for the next attempt, unless the delay would end after the deadline.
    async fn back_off(
        &mut self,
        rule: &'static RetryRule,
        retry_after: Option<Duration>,
    ) -> Result<(), RetryStop> {
        self.failures += 1;
        let delay = self.policy.delay(self.failures, retry_after)?;
        if from_now(delay) >= self.deadline {
            return Err(RetryStop::Deadline);
        }
        if !self.client.budget.spend() {
            return Err(RetryStop::Budget);
        }
        self.client.notifier.retrying(&Retrying {
            operation: self.operation,
            attempts: self.attempts,
            rule,
            delay,
        });
        sleep(delay).await;
        Ok(())
    }

    fn succeed(self, response: Response<Bytes>) -> RawResponse {
        self.client.budget.refill();
        let (head, body) = response.into_parts();
        RawResponse {
            status: head.status.as_u16(),
            context: self.context(head.headers.clone()),
            headers: head.headers,
            body,
            attempts: self.attempts,
        }
    }

    fn fail(self, failed: Failed, stop: RetryStop) -> Error {
        let (mut kind, mut look_up) = (failed.kind, None);
        if self.may_have_taken_effect {
            let window = (self.started, self.client.clock.now());
            look_up = Some(LookUp::new(self.operation, self.request.request(), window));
            kind = ErrorKind::OutcomeUnknown(Box::new(kind));
        }
        Error::new(self.operation, self.attempts, kind)
            .given_up(stop)
            .with_look_up(look_up)
            .with_context(Some(self.context(failed.headers)))
    }

    fn context(&self, headers: HeaderMap) -> Arc<ErrorContext> {
        self.client
            .context(self.started, Some(self.request), headers)
    }
}

fn classify(response: Response<Bytes>) -> Result<Response<Bytes>, Box<Failed>> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let mut error = ApiError::read(head.status.as_u16(), body);
    let retry_after = head.extensions.get();
    error.retry_after = retry_after.map(|RetryAfter(wait)| *wait);
    let failure = Failure::of_status(error.status);
    let kind = match failure {
        Failure::Unauthorized => ErrorKind::Unauthorized(error),
        _ => ErrorKind::Api(error),
    };
    let cause = Cause::Failure(failure);
    Err(Failed::with_headers(cause, kind, head.headers))
}
