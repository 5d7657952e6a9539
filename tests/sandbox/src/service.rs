//! Takes one request from its parts to its answer, and writes it into the ledger.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use procountor_codegen::policy::Access;

use crate::acts::{self, Desk};
use crate::check::multipart;
use crate::check::{self, text};
use crate::ledger::{AuthEvent, Effect, Entry, Ledger};
use crate::login::{self, Logins};
use crate::model::Model;
use crate::oauth;
use crate::rate::Limiter;
use crate::reply::{Problem, Reply};
use crate::resource::Resource;
use crate::route::{Route, Router};
use crate::store::Store;
use crate::token::{Holder, Tokens};

/// The sandbox behind its connections.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) model: Model,
    pub(crate) router: Router,
    pub(crate) resources: Vec<Resource>,
    /// The paths under which the API is found.
    pub(crate) prefixes: Vec<String>,
    pub(crate) started: Instant,
    pub(crate) state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) logins: Logins,
    pub(crate) limiter: Limiter,
    pub(crate) ledger: Ledger,
}

/// A request with its body read, or the status that says why it could not be.
#[derive(Debug)]
pub(crate) struct Received {
    head: Parts,
    body: Result<Bytes, Problem>,
    parts: multipart::Parts,
}

impl Received {
    pub(crate) async fn new(head: Parts, body: Result<Bytes, Problem>) -> Self {
        let media = header(&head.headers, CONTENT_TYPE.as_str());
        let parts = match &body {
            Ok(body) if check::body::essence(media) == "multipart/form-data" => {
                multipart::read(media, body.clone()).await
            }
            _ => Ok(Vec::new()),
        };
        Self { head, body, parts }
    }
}

/// What is found out about a request on its way, for the ledger.
#[derive(Default)]
struct Trace {
    operation: Option<String>,
    effects: Vec<Effect>,
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(crate) fn answer(&self, received: Received) -> Reply {
        let now = Instant::now();
        let (method, uri) = (received.head.method.to_string(), received.head.uri.clone());
        let mut trace = Trace::default();
        let mut state = self.state();
        let reply = self
            .dispatch(&mut state, received, now, &mut trace)
            .unwrap_or_else(|problems| Reply::refusal(&problems));
        state.ledger.entries.push(Entry {
            at: now.duration_since(self.started),
            operation: trace.operation,
            method,
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            status: reply.status,
            effects: trace.effects,
        });
        reply
    }

    fn dispatch(
        &self,
        state: &mut State,
        received: Received,
        now: Instant,
        trace: &mut Trace,
    ) -> Result<Reply, Vec<Problem>> {
        let Received { head, body, parts } = received;
        let body = body.map_err(|problem| vec![problem])?;
        let (method, query) = (head.method.as_str(), head.uri.query());
        match self.below_prefix(head.uri.path()) {
            Some("/oauth/token" | "/oauth/token/") => {
                state.ledger.token_requests += 1;
                return Ok(oauth::token(
                    &mut state.tokens,
                    &mut state.ledger,
                    method,
                    query,
                    &head.headers,
                    &body,
                    now,
                ));
            }
            Some("/logout") => return logout(state, method, &head.headers, now),
            None if head.uri.path() == "/logout" => {
                return logout(state, method, &head.headers, now);
            }
            _ => {}
        }
        let State {
            logins,
            tokens,
            ledger,
            ..
        } = state;
        if let Some(purpose) = login::page(head.uri.path()) {
            return login::show(logins, tokens, ledger, purpose, method, query);
        }
        if head.uri.path() == "/login/decision" {
            return login::decide(logins, tokens, ledger, method, &body, now);
        }
        let segments = segments(head.uri.path())?;
        let route = self
            .route(method, &segments)
            .map_err(|problem| vec![problem]);
        if let Ok(route) = &route {
            trace.operation = self
                .model
                .api
                .operations
                .get(route.operation)
                .map(|operation| operation.id.clone());
        }
        let holder = holder(state, &head.headers, now);
        if holder.is_ok() && !state.limiter.admit(now) {
            state.ledger.rate_limit_violations += 1;
            let mut reply =
                Reply::refusal(&[Problem::new(429, "too many requests within a second")]);
            reply.headers.push(("retry-after", "1".to_owned()));
            return Ok(reply);
        }
        let route = route?;
        let holder = holder?;
        let request = check::Request {
            path: route.path,
            query,
            headers: &head.headers,
            body,
            parts,
            secrets: &state.tokens.secrets(),
        };
        self.call(state, route.operation, holder, request, trace)
    }

    fn call(
        &self,
        state: &mut State,
        operation: usize,
        holder: Holder,
        request: check::Request<'_>,
        trace: &mut Trace,
    ) -> Result<Reply, Vec<Problem>> {
        let Some(operation) = self.model.api.operations.get(operation) else {
            return Ok(Reply::empty(404));
        };
        if operation.policy.access == Access::TwoFactor && holder == Holder::Machine {
            let message = "this operation needs the confirmation of a person, which an API key cannot give; sign in by authorization code";
            return Err(vec![Problem::new(403, message)]);
        }
        let call = check::check(&self.model, operation, request)?;
        let mut desk = Desk {
            model: &self.model,
            resources: &self.resources,
            store: &mut state.store,
            effects: Vec::new(),
        };
        let outcome = acts::perform(&mut desk, &call);
        trace.effects = desk.effects;
        outcome.map_err(|problem| vec![problem])
    }

    /// The path below the API's prefix.
    fn below_prefix<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.prefixes.iter().find_map(|prefix| {
            path.strip_prefix(prefix.as_str())
                .filter(|rest| rest.starts_with('/'))
        })
    }

    fn route(&self, method: &str, segments: &[String]) -> Result<Route, Problem> {
        let below = self.prefixes.iter().find_map(|prefix| {
            let prefix: Vec<&str> = prefix.split('/').skip(1).collect();
            segments
                .get(..prefix.len())
                .filter(|start| *start == prefix.as_slice())
                .and(segments.get(prefix.len()..))
        });
        match below {
            Some(segments) => self.router.find(method, segments),
            None => Err(Problem::new(
                404,
                format!("the API is found below {}", self.prefixes.join(", ")),
            )),
        }
    }
}

/// The decoded segments of a path. Those that a proxy would fold away are refused: what they mean depends on who reads.
fn segments(path: &str) -> Result<Vec<String>, Vec<Problem>> {
    let decoded: Option<Vec<String>> = path.split('/').skip(1).map(text::segment).collect();
    match decoded {
        None => Err(vec![Problem::new(
            400,
            "the path is not percent-encoded UTF-8",
        )]),
        Some(segments)
            if segments
                .iter()
                .any(|segment| matches!(segment.as_str(), "" | "." | "..")) =>
        {
            Err(vec![Problem::new(
                400,
                "the path has an empty segment, `.` or `..`",
            )])
        }
        Some(segments) => Ok(segments),
    }
}

/// Who makes the request.
fn holder(state: &State, headers: &HeaderMap, now: Instant) -> Result<Holder, Vec<Problem>> {
    let refuse = |message: &str| Err(vec![Problem::new(401, message)]);
    if headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return refuse("the Authorization header is sent several times");
    }
    let Some(token) = header(headers, AUTHORIZATION.as_str()).strip_prefix("Bearer ") else {
        return refuse("the Authorization header with a bearer token is missing");
    };
    state
        .tokens
        .holder(token, now)
        .map_or_else(|| refuse("the access token is not valid"), Ok)
}

fn logout(
    state: &mut State,
    method: &str,
    headers: &HeaderMap,
    now: Instant,
) -> Result<Reply, Vec<Problem>> {
    if method != "POST" {
        return Err(vec![Problem::new(
            405,
            format!("{method} is not allowed on /logout; allowed: POST"),
        )]);
    }
    holder(state, headers, now)?;
    if let Some(token) = header(headers, AUTHORIZATION.as_str()).strip_prefix("Bearer ") {
        state.tokens.revoke(token);
        state.ledger.auth.push(AuthEvent::LoggedOut);
    }
    Ok(Reply::empty(204))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
