//! Takes one request from its parts to its answer, and writes it into the ledger.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use procountor_codegen::model::Access;

use crate::acts::{self, Desk};
use crate::check::multipart;
use crate::check::{self, text};
use crate::clock;
use crate::elsewhere::Strayed;
use crate::faults::{Fault, Plan, Seen};
use crate::json::Json;
use crate::ledger::{AuthEvent, Effect, Entry, Ledger, Token, Violation};
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
    pub(crate) model: Arc<Model>,
    pub(crate) router: Arc<Router>,
    pub(crate) resources: Arc<[Resource]>,
    /// The paths under which the API is found.
    pub(crate) prefixes: Vec<String>,
    /// The other host, to which a fault may send a client.
    pub(crate) elsewhere: String,
    pub(crate) started: Instant,
    /// How many requests the ledger keeps.
    pub(crate) keep: usize,
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
    pub(crate) plan: Plan,
    pub(crate) strayed: Vec<Strayed>,
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
    issued: Option<Token>,
    effects: Vec<Effect>,
}

impl Received {
    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        let target = self.head.uri.path_and_query();
        target.map_or("/", |target| target.as_str())
    }

    /// Equal for equal bodies. The boundary of a multipart body is chosen anew each time, and does not count.
    fn content(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match (&self.body, &self.parts) {
            (_, Ok(parts)) if !parts.is_empty() => parts.hash(&mut hasher),
            (Ok(body), _) => body.hash(&mut hasher),
            (Err(_), _) => {}
        }
        hasher.finish()
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault that a request meets, and what it does before the request is looked at.
    pub(crate) fn strike(&self, head: &Parts) -> Option<Fault> {
        let operation = self.operation(head);
        let seen = Seen {
            operation: operation.as_deref(),
            method: head.method.as_str(),
            path: head.uri.path(),
            below_prefix: self.below_prefix(head.uri.path()),
        };
        let mut state = self.state();
        let fault = state.plan.strike(seen, clock::now())?;
        fault.strike_tokens(&mut state.tokens, bearer(&head.headers));
        Some(fault)
    }

    /// Answers a request.
    pub(crate) fn answer(&self, received: Received, fault: Option<Fault>) -> Reply {
        let now = clock::now();
        let mut entry = self.entry(&received.head, now, fault);
        entry.content = received.content();
        let mut trace = Trace::default();
        let mut state = self.state();
        let reply = self
            .dispatch(&mut state, received, now, fault, &mut trace)
            .unwrap_or_else(|problems| Reply::refusal(&problems));
        entry.operation = trace.operation;
        entry.issued = trace.issued;
        entry.effects = trace.effects;
        entry.status = reply.status;
        self.note(&mut state, entry);
        reply
    }

    /// Notes a request that is read and not taken, and gives back its answer.
    pub(crate) fn refuse(&self, received: Received, fault: Option<Fault>, reply: Reply) -> Reply {
        let now = clock::now();
        let mut entry = self.entry(&received.head, now, fault);
        entry.content = received.content();
        entry.status = reply.status;
        self.note_untaken(entry, now, &received.head);
        reply
    }

    /// Notes a request that is not even read.
    pub(crate) fn note_unread(&self, head: &Parts, fault: Fault) {
        let now = clock::now();
        self.note_untaken(self.entry(head, now, Some(fault)), now, head);
    }

    /// A request counts against the limit whether it is taken or not.
    fn note_untaken(&self, mut entry: Entry, now: Instant, head: &Parts) {
        entry.operation = self.operation(head);
        let mut state = self.state();
        if self.is_token_path(head.uri.path()) {
            state.ledger.token_requests += 1;
        } else if holder(&state, &head.headers, now).is_ok() {
            // Whatever is wrong with the rate, the fault has the word.
            let _ = self.admit(&mut state, now);
        }
        self.note(&mut state, entry);
    }

    fn note(&self, state: &mut State, entry: Entry) {
        let entries = &mut state.ledger.entries;
        entries.push(entry);
        // Seldom, and then many at once, so that it costs nothing.
        if entries.len() > self.keep.saturating_mul(2) {
            entries.drain(..entries.len() - self.keep);
        }
    }

    fn entry(&self, head: &Parts, now: Instant, fault: Option<Fault>) -> Entry {
        Entry {
            at: now.duration_since(self.started),
            operation: None,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            content: 0,
            token: bearer(&head.headers).map(Token::new),
            issued: None,
            status: 0,
            fault,
            effects: Vec::new(),
        }
    }

    /// The id of the operation that a request means.
    fn operation(&self, head: &Parts) -> Option<String> {
        let segments = segments(head.uri.path()).ok()?;
        let route = self.route(head.method.as_str(), &segments).ok()?;
        let operation = self.model.api.operations.get(route.operation)?;
        Some(operation.id.clone())
    }

    fn is_token_path(&self, path: &str) -> bool {
        let below = self.below_prefix(path);
        matches!(below, Some("/oauth/token" | "/oauth/token/"))
    }

    /// Whether the limit lets a request pass; what does not pass is noted.
    fn admit(&self, state: &mut State, now: Instant) -> bool {
        let Err(window) = state.limiter.admit(now) else {
            return true;
        };
        let at = |moment: Instant| moment.duration_since(self.started);
        state.ledger.rate_limit_violations += 1;
        state.ledger.violations.push(Violation {
            at: at(now),
            window: window.into_iter().map(at).collect(),
        });
        false
    }

    fn dispatch(
        &self,
        state: &mut State,
        received: Received,
        now: Instant,
        fault: Option<Fault>,
        trace: &mut Trace,
    ) -> Result<Reply, Vec<Problem>> {
        let Received { head, body, parts } = received;
        let body = body.map_err(|problem| vec![problem])?;
        let (method, query) = (head.method.as_str(), head.uri.query());
        match self.below_prefix(head.uri.path()) {
            Some("/oauth/token" | "/oauth/token/") => {
                state.ledger.token_requests += 1;
                let (tokens, ledger) = (&mut state.tokens, &mut state.ledger);
                let reply = oauth::token(tokens, ledger, method, query, &head.headers, &body, now);
                trace.issued = issued(&reply);
                if let (Some(Fault::ExpiredToken), Some(token)) = (fault, &trace.issued) {
                    tokens.expire(token.expose());
                }
                return Ok(reply);
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
        if holder.is_ok() && !self.admit(state, now) {
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
        self.call(state, route.operation, holder, request, fault, trace)
    }

    fn call(
        &self,
        state: &mut State,
        operation: usize,
        holder: Holder,
        request: check::Request<'_>,
        fault: Option<Fault>,
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
            fault,
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
    let Some(token) = bearer(headers) else {
        return refuse("the Authorization header with a bearer token is missing");
    };
    state
        .tokens
        .holder(token, now)
        .map_or_else(|| refuse("the access token is not valid"), Ok)
}

/// The token that a request carries.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    header(headers, AUTHORIZATION.as_str()).strip_prefix("Bearer ")
}

/// The token that an answer gives.
fn issued(reply: &Reply) -> Option<Token> {
    let answer = Json::parse(std::str::from_utf8(&reply.body).ok()?).ok()?;
    answer.text_at("access_token").map(Token::new)
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
    if let Some(token) = bearer(headers) {
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
