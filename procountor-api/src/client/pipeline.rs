//! The way of a call: authorize, admit, transmit, classify, and perhaps once more. Checking comes before it (`request`),
//! decoding after it (`reply`).

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response};
use tokio::time::{Instant, sleep, timeout_at};

use crate::auth::Tokens;
use crate::clock::{Clock, from_now};
use crate::error::LookUp;
use crate::error::{ApiError, Error, ErrorKind, RetryStop};
use crate::observe::{Notifier, Retrying, Span};
use crate::operation::Operation;
use crate::operation::RawResponse;
use crate::operation::{ClientInfo, ErrorContext};
use crate::operation::{HeaderEncoding, Prepared, prepare};
use crate::rate::Limiter;
use crate::retry::{Bucket, Failure, RetryAction, RetryPolicy, TABLE};
use crate::transport::{Attempt, Transport};
use crate::transport::{RetryAfter, Sender};
use crate::wire::{DecodeError, Reflect, Secret};

/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct ClientInner {
    pub(crate) identity: Arc<ClientInfo>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) tokens: Tokens,
    pub(crate) budget: Bucket,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notifier: Notifier,
    pub(crate) settings: Settings,
}

/// What a client does unless a call says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) header_encoding: HeaderEncoding,
    pub(crate) max_request_size: usize,
}

/// What one call says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// The request of an operation, or everything that is wrong with it.
pub(crate) fn checked(
    core: &ClientInner,
    operation: &'static Operation,
    endpoint: &dyn Reflect,
) -> Result<Prepared, Error> {
    let settings = &core.settings;
    prepare(
        &core.identity.base_url,
        settings.header_encoding,
        settings.max_request_size,
        operation,
        endpoint,
    )
    .map_err(|violations| {
        let now = core.clock.now();
        let context = context(core, now, None, HeaderMap::new());
        Error::new(operation, 0, ErrorKind::Invalid(violations)).with_context(Some(context))
    })
}

pub(crate) fn unreadable(
    operation: &'static Operation,
    answer: RawResponse,
    error: DecodeError,
) -> Error {
    let kind = ErrorKind::Decode {
        status: answer.status,
        error,
        body: answer.body,
    };
    Error::new(operation, answer.attempts, kind).with_context(Some(answer.context))
}

fn context(
    core: &ClientInner,
    started: SystemTime,
    request: Option<&Prepared>,
    headers: HeaderMap,
) -> Arc<ErrorContext> {
    Arc::new(ErrorContext {
        identity: Arc::clone(&core.identity),
        started,
        ended: core.clock.now(),
        request: request.map(|request| request.request().clone()),
        headers,
    })
}

/// What an attempt came to.
enum Verdict {
    RawResponse(Response<Bytes>),
    Failed(Failed),
}

struct Failed {
    /// None where nothing more can be done, and nothing was.
    failure: Option<Failure>,
    kind: ErrorKind,
    /// How long the server asks to wait.
    wait: Option<Duration>,
    /// What came around the answer, if one came.
    headers: HeaderMap,
}

/// Sends a request until it is answered, or until its policy says that this is the end.
pub(crate) async fn execute(
    core: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    options: CallOptions,
) -> Result<RawResponse, Error> {
    let span = Span::call(operation);
    let result = span
        .around(attempts(core, operation, request, options))
        .await;
    if let Err(error) = &result {
        span.failed(error);
    }
    result
}

async fn attempts(
    core: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    options: CallOptions,
) -> Result<RawResponse, Error> {
    let started = core.clock.now();
    let policy = options.retry.unwrap_or(core.settings.retry);
    let deadline = from_now(options.timeout.unwrap_or(core.settings.timeout));
    let mut attempts = 0;
    let mut tries = 0;
    let mut refused: Option<Secret> = None;
    // Once an attempt may have taken effect, no later one can say that it has not.
    let mut open = false;
    loop {
        let (token, verdict) = attempt(
            core,
            operation,
            request,
            refused.as_ref(),
            deadline,
            &mut attempts,
        )
        .await;
        let failed = match verdict {
            Verdict::RawResponse(response) => {
                core.budget.refill();
                let (head, body) = response.into_parts();
                let headers = head.headers.clone();
                return Ok(RawResponse {
                    status: head.status.as_u16(),
                    headers: head.headers,
                    body,
                    attempts,
                    context: context(core, started, Some(request), headers),
                });
            }
            Verdict::Failed(failed) => failed,
        };
        let rule = failed
            .failure
            .map(|failure| TABLE.rule(operation.retry, failure));
        open |= rule.is_some_and(|rule| rule.open);
        let next = rule.map(|rule| (rule, rule.next));
        let retry_stop = match next {
            Some((_, RetryAction::NewToken)) if refused.is_none() && token.is_some() => {
                refused = token;
                continue;
            }
            Some((rule, RetryAction::Again)) => {
                tries += 1;
                match pause(core, &policy, tries, failed.wait, deadline) {
                    Ok(delay) => {
                        core.notifier.retrying(&Retrying {
                            operation,
                            attempts,
                            rule,
                            delay,
                        });
                        sleep(delay).await;
                        continue;
                    }
                    Err(retry_stop) => retry_stop,
                }
            }
            Some(_) | None => RetryStop::Rule,
        };
        let (kind, look_up) = match open {
            true => {
                let window = (started, core.clock.now());
                let look_up = LookUp::new(operation, request.request(), window);
                let kind = ErrorKind::OutcomeUnknown(Box::new(failed.kind));
                (kind, Some(look_up))
            }
            false => (failed.kind, None),
        };
        let context = context(core, started, Some(request), failed.headers);
        return Err(Error::new(operation, attempts, kind)
            .given_up(retry_stop)
            .with_look_up(look_up)
            .with_context(Some(context)));
    }
}

/// How long to wait for the next attempt. A wait that cannot end before the deadline is not begun.
fn pause(
    core: &ClientInner,
    policy: &RetryPolicy,
    tries: u32,
    asked: Option<Duration>,
    deadline: Instant,
) -> Result<Duration, RetryStop> {
    let delay = policy.delay(tries, asked)?;
    if from_now(delay) >= deadline {
        return Err(RetryStop::Deadline);
    }
    match core.budget.spend() {
        true => Ok(delay),
        false => Err(RetryStop::Budget),
    }
}

/// One attempt: authorize, admit, transmit, classify. Gives back the token that it used.
async fn attempt(
    core: &ClientInner,
    operation: &'static Operation,
    request: &Prepared,
    refused: Option<&Secret>,
    deadline: Instant,
    attempts: &mut u32,
) -> (Option<Secret>, Verdict) {
    // The token comes first, so that a call that must fetch one does not hold a place in the limit meanwhile.
    let token = match within(deadline, core.tokens.get(refused)).await {
        Some(Ok(token)) => token,
        Some(Err(no)) => {
            core.notifier.token_failed(&no.kind);
            // Whatever became of the token request, the operation itself was not sent.
            let failure = no.failure.map(|_| Failure::NoToken);
            return (None, failed(failure, no.kind));
        }
        None => return (None, failed(None, ErrorKind::TimedOut)),
    };
    if !core.limiter.admit_before(deadline).await {
        return (Some(token), failed(None, ErrorKind::TimedOut));
    }
    *attempts += 1;
    let mut request = request.authorized(&token);
    request.extensions_mut().insert(Attempt {
        operation,
        number: *attempts,
    });
    let verdict = match within(deadline, core.sender.send(request)).await {
        Some(Ok(response)) => classify(response),
        Some(Err(error)) => failed(Some((&error).into()), ErrorKind::Transport(error)),
        // There is no time left for another attempt.
        None => failed(Some(Failure::TimedOut), ErrorKind::TimedOut),
    };
    (Some(token), verdict)
}

async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    timeout_at(deadline, work).await.ok()
}

fn failed(failure: Option<Failure>, kind: ErrorKind) -> Verdict {
    let wait = kind.api().and_then(|error| error.retry_after);
    Verdict::Failed(Failed {
        failure,
        kind,
        wait,
        headers: HeaderMap::new(),
    })
}

fn classify(response: Response<Bytes>) -> Verdict {
    if response.status().is_success() {
        return Verdict::RawResponse(response);
    }
    let (head, body) = response.into_parts();
    let mut error = ApiError::read(head.status.as_u16(), body);
    let wait = head
        .extensions
        .get::<RetryAfter>()
        .map(|RetryAfter(wait)| *wait);
    error.retry_after = wait;
    let failure = Failure::of_status(error.status);
    let kind = match failure {
        Failure::Unauthorized => ErrorKind::Unauthorized(error),
        _ => ErrorKind::Api(error),
    };
    Verdict::Failed(Failed {
        failure: Some(failure),
        kind,
        wait,
        headers: head.headers,
    })
}
