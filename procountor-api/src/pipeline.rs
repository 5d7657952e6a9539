//! The way of a call: authorise, admit, transmit, classify, and perhaps once more. Checking comes before it (`request`),
//! decoding after it (`reply`).

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use crate::endpoint::Operation;
use crate::error::{ApiError, Error, ErrorKind};
use crate::look_up::LookUp;
use crate::rate::Limiter;
use crate::reply::Answer;
use crate::request::{HeaderText, Prepared, prepare};
use crate::retry::{Budget, Failure, RetryPolicy, retry_after};
use crate::token::{NoToken, Tokens};
use crate::transport::{Transport, TransportError};
use crate::wire::{DecodeError, Record, Secret};

/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct Core {
    /// The API version of the client, as the vendor writes it.
    pub(crate) version: &'static str,
    pub(crate) base_url: Url,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) limiter: Limiter,
    pub(crate) tokens: Tokens,
    pub(crate) budget: Budget,
    pub(crate) settings: Settings,
}

/// What a client does unless a call says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) header_text: HeaderText,
    pub(crate) max_request: usize,
}

/// What one call says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// The request of an operation, or everything that is wrong with it.
pub(crate) fn checked(
    core: &Core,
    operation: &'static Operation,
    endpoint: &dyn Record,
) -> Result<Prepared, Error> {
    let settings = &core.settings;
    prepare(
        &core.base_url,
        settings.header_text,
        settings.max_request,
        operation,
        endpoint,
    )
    .map_err(|violations| Error::new(operation, 0, ErrorKind::Invalid(violations)))
}

pub(crate) fn unreadable(
    operation: &'static Operation,
    answer: Answer,
    error: DecodeError,
) -> Error {
    let kind = ErrorKind::Decode {
        status: answer.status,
        error,
        body: answer.body,
    };
    Error::new(operation, answer.attempts, kind)
}

/// What an attempt came to.
enum Verdict {
    Answer(Response<Bytes>),
    TokenRefused(ApiError),
    Failed {
        failure: Option<Failure>,
        kind: ErrorKind,
        wait: Option<Duration>,
    },
}

/// Sends a request until it is answered, or until its policy says that this is the end.
pub(crate) async fn execute(
    core: &Core,
    operation: &'static Operation,
    request: &Prepared,
    overrides: Overrides,
) -> Result<Answer, Error> {
    let policy = overrides.retry.unwrap_or(core.settings.retry);
    let deadline = Instant::now() + overrides.timeout.unwrap_or(core.settings.timeout);
    let began = SystemTime::now();
    let mut attempts = 0;
    let mut tries = 0;
    let mut refused: Option<Secret> = None;
    // Once an attempt may have taken effect, no later one can say that it has not.
    let mut open = false;
    loop {
        let (token, verdict) =
            attempt(core, request, refused.as_ref(), deadline, &mut attempts).await;
        let (failure, kind, wait) = match verdict {
            Verdict::Answer(response) => {
                core.budget.refill();
                return Ok(answer(response, attempts));
            }
            Verdict::TokenRefused(_) if refused.is_none() && token.is_some() => {
                refused = token;
                continue;
            }
            Verdict::TokenRefused(error) => (None, ErrorKind::Unauthorised(error), None),
            Verdict::Failed {
                failure,
                kind,
                wait,
            } => (failure, kind, wait),
        };
        tries += 1;
        open |= failure.is_some_and(|failure| operation.retry.leaves_open(failure));
        let again = failure.is_some_and(|failure| operation.retry.allows(failure));
        let delay = policy.delay(tries, wait).filter(|_| again);
        match delay.filter(|delay| Instant::now() + *delay < deadline && core.budget.spend()) {
            Some(delay) => sleep(delay).await,
            None if open => {
                let look_up = LookUp::new(operation, request.request(), began);
                return Err(Error::outcome_unknown(look_up, attempts, kind));
            }
            None => return Err(Error::new(operation, attempts, kind)),
        }
    }
}

/// One attempt: authorise, admit, transmit, classify. Gives back the token that it used.
async fn attempt(
    core: &Core,
    request: &Prepared,
    refused: Option<&Secret>,
    deadline: Instant,
    attempts: &mut u32,
) -> (Option<Secret>, Verdict) {
    // The token comes first, so that a call that must fetch one does not hold a place in the limit meanwhile.
    let transport = core.transport.as_ref();
    let token = match within(deadline, core.tokens.get(transport, &core.limiter, refused)).await {
        Some(Ok(token)) => token,
        Some(Err(NoToken { kind, failure })) => {
            // Whatever became of the token request, the operation itself was not sent.
            let failure = failure.map(|_| Failure::NotSent);
            return (
                None,
                Verdict::Failed {
                    failure,
                    kind,
                    wait: None,
                },
            );
        }
        None => return (None, timed_out(None)),
    };
    if within(deadline, core.limiter.admit()).await.is_none() {
        return (Some(token), timed_out(None));
    }
    *attempts += 1;
    let verdict = match within(deadline, transport.send(request.authorised(&token))).await {
        Some(Ok(response)) => classify(response),
        Some(Err(error)) => lost(error),
        None => timed_out(Some(Failure::AnswerLost)),
    };
    (Some(token), verdict)
}

async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    timeout_at(deadline, work).await.ok()
}

fn timed_out(failure: Option<Failure>) -> Verdict {
    Verdict::Failed {
        failure,
        kind: ErrorKind::TimedOut,
        wait: None,
    }
}

fn lost(error: TransportError) -> Verdict {
    let failure = Failure::from(error.arrival());
    Verdict::Failed {
        failure: Some(failure),
        kind: ErrorKind::Transport(error),
        wait: None,
    }
}

fn classify(response: Response<Bytes>) -> Verdict {
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return Verdict::Answer(response);
    }
    let wait = retry_after(response.headers(), SystemTime::now());
    let error = ApiError::read(status, response.into_body());
    let failure = match status {
        401 => return Verdict::TokenRefused(error),
        429 => Some(Failure::TooMany),
        500.. => Some(Failure::Server),
        _ => None,
    };
    Verdict::Failed {
        failure,
        kind: ErrorKind::Api(error),
        wait,
    }
}

fn answer(response: Response<Bytes>, attempts: u32) -> Answer {
    let (head, body) = response.into_parts();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
        attempts,
    }
}
