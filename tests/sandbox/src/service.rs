//! Handles one request, from its parts to its response, and records it in the ledger.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use procountor_codegen::model::Access;

use crate::check::{self, multipart, text};
use crate::clock;
use crate::faults::{Fault, Plan, RequestInfo};
use crate::handlers::{self, Context};
use crate::json::Json;
use crate::ledger::{AuthEvent, Entry, Ledger, Token, Violation};
use crate::login::{self, Logins};
use crate::model::Model;
use crate::oauth;
use crate::rate::Limiter;
use crate::redirect_target::MisdirectedRequest;
use crate::resource::Resource;
use crate::response::{Problem, Response};
use crate::route::{Route, Router};
use crate::store::Store;
use crate::token::{Principal, Tokens};

/// The service, independent of its connections.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) model: Arc<Model>,
    pub(crate) router: Arc<Router>,
    pub(crate) resources: Arc<[Resource]>,
    /// The paths under which the API is served.
    pub(crate) prefixes: Vec<String>,
    /// The URL of the other host, to which a fault can redirect a client.
    pub(crate) redirect_host: String,
    pub(crate) started: Instant,
    /// The number of requests that the ledger keeps.
    pub(crate) keep: usize,
    pub(crate) state: Mutex<State>,
}

/// The mutable part of the service.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) logins: Logins,
    pub(crate) limiter: Limiter,
    pub(crate) ledger: Ledger,
    pub(crate) plan: Plan,
    pub(crate) misdirected: Vec<MisdirectedRequest>,
}

/// A request with its body, or with the problem that kept the body from being read.
#[derive(Debug)]
pub(crate) struct Request {
    head: Parts,
    body: Result<Bytes, Problem>,
    parts: multipart::Parts,
}

impl Request {
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

    /// Returns the path and the query.
    pub(crate) fn target(&self) -> &str {
        let target = self.head.uri.path_and_query();
        target.map_or("/", |target| target.as_str())
    }

    /// Hashes the body, without the boundary of a multipart body, which differs in each request.
    fn body_hash(&self) -> u64 {
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

    /// Selects the fault for a request, and applies what it does to the tokens.
    pub(crate) fn select(&self, head: &Parts) -> Option<Fault> {
        let operation = self.operation(head);
        let info = RequestInfo {
            operation: operation.as_deref(),
            method: head.method.as_str(),
            path: head.uri.path(),
            below_prefix: self.below_prefix(head.uri.path()),
        };
        let mut state = self.state();
        let fault = state.plan.select(info, clock::now())?;
        fault.apply_to_tokens(&mut state.tokens, bearer(&head.headers));
        Some(fault)
    }

    /// Handles a request and records it.
    pub(crate) fn respond(&self, request: Request, fault: Option<Fault>) -> Response {
        let now = clock::now();
        let mut entry = self.entry(&request.head, now, fault);
        entry.body_hash = request.body_hash();
        let mut state = self.state();
        let response = self
            .dispatch(&mut state, request, now, &mut entry)
            .unwrap_or_else(|problems| Response::errors(&problems));
        entry.status = response.status;
        self.record(&mut state, entry);
        response
    }

    /// Records a request that a fault rejects with this response.
    pub(crate) fn reject(&self, request: &Request, fault: Option<Fault>, response: &Response) {
        let now = clock::now();
        let mut entry = self.entry(&request.head, now, fault);
        entry.body_hash = request.body_hash();
        entry.status = response.status;
        self.record_rejected(entry, now, &request.head);
    }

    /// Records a request that is not read.
    pub(crate) fn record_unread(&self, head: &Parts, fault: Fault) {
        let now = clock::now();
        self.record_rejected(self.entry(head, now, Some(fault)), now, head);
    }

    /// Records a request that has no effect, but counts against the rate limit.
    fn record_rejected(&self, mut entry: Entry, now: Instant, head: &Parts) {
        entry.operation = self.operation(head);
        let mut state = self.state();
        if self.is_token_path(head.uri.path()) {
            state.ledger.token_requests += 1;
        } else if authenticate(&state, &head.headers, now).is_ok() {
            // The response is that of the fault, even if the limit is exceeded.
            let _ = self.admit(&mut state, now);
        }
        self.record(&mut state, entry);
    }

    fn record(&self, state: &mut State, entry: Entry) {
        let entries = &mut state.ledger.entries;
        entries.push(entry);
        // Draining rarely, and many at once, makes the cost per request negligible.
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
            body_hash: 0,
            token: bearer(&head.headers).map(Token::new),
            issued: None,
            status: 0,
            fault,
            effects: Vec::new(),
        }
    }

    /// Returns the id of the operation that a request calls.
    fn operation(&self, head: &Parts) -> Option<String> {
        let segments = segments(head.uri.path()).ok()?;
        let route = self.route(head.method.as_str(), &segments).ok()?;
        self.operation_id(&route)
    }

    fn operation_id(&self, route: &Route) -> Option<String> {
        let operation = self.model.api.operations.get(route.operation)?;
        Some(operation.id.clone())
    }

    fn is_token_path(&self, path: &str) -> bool {
        let below = self.below_prefix(path);
        matches!(below, Some("/oauth/token" | "/oauth/token/"))
    }

    /// Returns whether the rate limit admits a request, and records a violation if it does not.
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
        request: Request,
        now: Instant,
        entry: &mut Entry,
    ) -> Result<Response, Vec<Problem>> {
        let Request { head, body, parts } = request;
        let body = body?;
        if let Some(result) = self.authorization(state, &head, &body, now, entry) {
            return result;
        }
        let segments = segments(head.uri.path())?;
        let route = self.route(head.method.as_str(), &segments);
        entry.operation = route
            .as_ref()
            .ok()
            .and_then(|route| self.operation_id(route));
        let principal = authenticate(state, &head.headers, now);
        if principal.is_ok() && !self.admit(state, now) {
            let problem = Problem::new(429, "too many requests within a second");
            let mut response = Response::errors(&[problem]);
            response.headers.push(("retry-after", "1".to_owned()));
            return Ok(response);
        }
        let (route, principal) = (route?, principal?);
        let request = check::RoutedRequest {
            path: route.path,
            query: head.uri.query(),
            headers: &head.headers,
            body,
            parts,
            secrets: &state.tokens.secrets(),
        };
        self.call(state, route.operation, principal, request, entry)
    }

    /// Handles a request for a token, a logout or a login page; returns `None` for API operations.
    fn authorization(
        &self,
        state: &mut State,
        head: &Parts,
        body: &[u8],
        now: Instant,
        entry: &mut Entry,
    ) -> Option<Result<Response, Vec<Problem>>> {
        let (method, path, query) = (head.method.as_str(), head.uri.path(), head.uri.query());
        if self.is_token_path(path) {
            return Some(Ok(token(state, head, body, now, entry)));
        }
        if path == "/logout" || self.below_prefix(path) == Some("/logout") {
            return Some(logout(state, method, &head.headers, now).map_err(Vec::from));
        }
        let (logins, tokens) = (&mut state.logins, &mut state.tokens);
        let ledger = &mut state.ledger;
        if let Some(purpose) = login::purpose_of(path) {
            return Some(login::show(logins, tokens, ledger, purpose, method, query));
        }
        (path == "/login/decision")
            .then(|| login::decide(logins, tokens, ledger, method, body, now))
    }

    fn call(
        &self,
        state: &mut State,
        operation: usize,
        principal: Principal,
        request: check::RoutedRequest<'_>,
        entry: &mut Entry,
    ) -> Result<Response, Vec<Problem>> {
        let Some(operation) = self.model.api.operations.get(operation) else {
            return Ok(Response::empty(404));
        };
        if operation.policy.access == Access::TwoFactor && principal == Principal::Machine {
            let message = "this operation needs the confirmation of a person, which an API key cannot give; sign in by authorization code";
            return Err(Problem::new(403, message).into());
        }
        let call = check::check(&self.model, operation, request)?;
        let mut context = Context {
            model: &self.model,
            resources: &self.resources,
            store: &mut state.store,
            effects: Vec::new(),
            fault: entry.fault,
        };
        let result = handlers::handle(&mut context, &call);
        entry.effects = context.effects;
        Ok(result?)
    }

    /// Returns the part of a path after the API's prefix.
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

/// Decodes the segments of a path. Segments that a proxy would normalize are rejected, because their meaning is ambiguous.
fn segments(path: &str) -> Result<Vec<String>, Problem> {
    let decoded: Option<Vec<String>> = path.split('/').skip(1).map(text::segment).collect();
    let segments =
        decoded.ok_or_else(|| Problem::new(400, "the path is not percent-encoded UTF-8"))?;
    if segments
        .iter()
        .any(|segment| matches!(segment.as_str(), "" | "." | ".."))
    {
        let message = "the path has an empty segment, `.` or `..`";
        return Err(Problem::new(400, message));
    }
    Ok(segments)
}

/// Returns the principal of the request's access token.
fn authenticate(state: &State, headers: &HeaderMap, now: Instant) -> Result<Principal, Problem> {
    let refuse = |message: &str| Problem::new(401, message);
    if headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return Err(refuse("the Authorization header is sent several times"));
    }
    let token = bearer(headers)
        .ok_or_else(|| refuse("the Authorization header with a bearer token is missing"))?;
    let principal = state.tokens.principal(token, now);
    principal.ok_or_else(|| refuse("the access token is not valid"))
}

/// Returns the bearer token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    header(headers, AUTHORIZATION.as_str()).strip_prefix("Bearer ")
}

fn token(
    state: &mut State,
    head: &Parts,
    body: &[u8],
    now: Instant,
    entry: &mut Entry,
) -> Response {
    state.ledger.token_requests += 1;
    let (tokens, ledger) = (&mut state.tokens, &mut state.ledger);
    let (method, query) = (head.method.as_str(), head.uri.query());
    let response = oauth::token(tokens, ledger, method, query, &head.headers, body, now);
    entry.issued = issued(&response);
    if let (Some(Fault::ExpiredToken), Some(token)) = (entry.fault, &entry.issued) {
        tokens.expire(token.expose());
    }
    response
}

/// Returns the access token in a token response.
fn issued(response: &Response) -> Option<Token> {
    let body = Json::parse(std::str::from_utf8(&response.body).ok()?).ok()?;
    body.text_at("access_token").map(Token::new)
}

fn logout(
    state: &mut State,
    method: &str,
    headers: &HeaderMap,
    now: Instant,
) -> Result<Response, Problem> {
    if method != "POST" {
        let message = format!("{method} is not allowed on /logout; allowed: POST");
        return Err(Problem::new(405, message));
    }
    authenticate(state, headers, now)?;
    if let Some(token) = bearer(headers) {
        state.tokens.revoke(token);
        state.ledger.auth.push(AuthEvent::LoggedOut);
    }
    Ok(Response::empty(204))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
