//! A scripted transport that records requests and works in virtual time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Transport, TransportError, TransportFuture};
use procountor_api::{ClientBuilder, Environment, M2m, M2mCredentials, rate::RateLimit, v2604};

/// The action of the server for a request.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Answer(u16, &'static str),
    AnswerWith(u16, &'static str, &'static [(&'static str, &'static str)]),
    Owned(u16, String),
    NotSent,
    LostBefore,
    Lost,
    TimedOut,
    TooLong,
    Silence,
}

type Script = Box<dyn Fn(usize, &Request<Bytes>) -> Action + Send + Sync>;

/// A scripted server. Token requests have their own script; the other script gets the number of earlier requests.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Inner>);

struct Inner {
    script: Script,
    token_script: Option<Script>,
    sent: Mutex<Vec<Request<Bytes>>>,
    tokens: Mutex<Vec<Request<Bytes>>>,
    token_acts: Mutex<VecDeque<Action>>,
    flying: AtomicUsize,
    most_flying: AtomicUsize,
}

/// A request in flight.
struct Flying<'a>(&'a Inner);

impl<'a> Flying<'a> {
    fn new(inner: &'a Inner) -> Self {
        let now = inner.flying.fetch_add(1, Ordering::SeqCst) + 1;
        inner.most_flying.fetch_max(now, Ordering::SeqCst);
        Self(inner)
    }
}

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.flying.fetch_sub(1, Ordering::SeqCst);
    }
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(usize, &Request<Bytes>) -> Action + Send + Sync + 'static,
    ) -> Self {
        Self::build(script, None)
    }

    /// Sets the script of the token endpoint.
    pub(crate) fn with_tokens(
        token_script: impl Fn(usize, &Request<Bytes>) -> Action + Send + Sync + 'static,
        script: impl Fn(usize, &Request<Bytes>) -> Action + Send + Sync + 'static,
    ) -> Self {
        Self::build(script, Some(Box::new(token_script)))
    }

    fn build(
        script: impl Fn(usize, &Request<Bytes>) -> Action + Send + Sync + 'static,
        token_script: Option<Script>,
    ) -> Self {
        Self(Arc::new(Inner {
            script: Box::new(script),
            token_script,
            sent: Mutex::default(),
            tokens: Mutex::default(),
            token_acts: Mutex::default(),
            flying: AtomicUsize::default(),
            most_flying: AtomicUsize::default(),
        }))
    }

    /// Returns a server that performs the actions in order and repeats the last one.
    pub(crate) fn acts(acts: impl Into<Vec<Action>>) -> Self {
        let acts = acts.into();
        Self::new(move |index, _| acts[index.min(acts.len() - 1)].clone())
    }

    pub(crate) fn client(&self) -> v2604::Client {
        self.client_at(1000.0)
    }

    /// Sets the number of requests per second.
    pub(crate) fn client_at(&self, rate: f64) -> v2604::Client {
        let limit = RateLimit::per_second(rate);
        self.builder().rate_limit(limit).build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder<v2604::V2604, M2m> {
        v2604::Client::builder()
            .environment(Environment::Custom("https://books.example/api".to_owned()))
            .m2m(M2mCredentials::new("client", "hush-secret", "hush-key"))
            .rate_limit(RateLimit::per_second(1000.0))
            .transport(self.clone())
    }

    /// Sets the responses to the next token requests; later ones get a token.
    pub(crate) fn answer_tokens(&self, acts: impl IntoIterator<Item = Action>) {
        self.0.token_acts.lock().unwrap().extend(acts);
    }

    /// Returns the number of requests in flight.
    pub(crate) fn flying(&self) -> usize {
        self.0.flying.load(Ordering::SeqCst)
    }

    /// Returns the largest number of concurrent requests.
    pub(crate) fn most_flying(&self) -> usize {
        self.0.most_flying.load(Ordering::SeqCst)
    }

    pub(crate) fn sent(&self) -> usize {
        self.0.sent.lock().unwrap().len()
    }

    pub(crate) fn uris(&self) -> Vec<String> {
        self.0
            .sent
            .lock()
            .unwrap()
            .iter()
            .map(|request| request.uri().to_string())
            .collect()
    }

    pub(crate) fn header(&self, index: usize, name: &str) -> Option<Vec<u8>> {
        self.0.sent.lock().unwrap()[index]
            .headers()
            .get(name)
            .map(|value| value.as_bytes().to_vec())
    }

    pub(crate) fn body(&self, index: usize) -> String {
        String::from_utf8(self.0.sent.lock().unwrap()[index].body().to_vec()).unwrap()
    }

    pub(crate) fn token_requests(&self) -> Vec<String> {
        let tokens = self.0.tokens.lock().unwrap();
        tokens
            .iter()
            .map(|request| {
                format!(
                    "{} {}",
                    request.uri(),
                    String::from_utf8_lossy(request.body())
                )
            })
            .collect()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let _flying = Flying::new(&self.0);
            // An answer takes its time, so that calls overlap.
            tokio::time::sleep(Duration::from_millis(5)).await;
            if request.uri().path().ends_with("/oauth/token") {
                let count = {
                    let mut tokens = self.0.tokens.lock().unwrap();
                    tokens.push(request.clone());
                    tokens.len()
                };
                let body = format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#);
                let next = self.0.token_acts.lock().unwrap().pop_front();
                let act = match (next, &self.0.token_script) {
                    (Some(act), _) => act,
                    (None, Some(script)) => script(count - 1, &request),
                    (None, None) => Action::Owned(200, body),
                };
                return perform(act).await;
            }
            let index = self.sent();
            let act = (self.0.script)(index, &request);
            self.0.sent.lock().unwrap().push(request);
            perform(act).await
        })
    }
}

async fn perform(act: Action) -> Result<Response<Bytes>, TransportError> {
    let failed = |delivery, message| Err(TransportError::new(delivery, message));
    match act {
        Action::Answer(status, body) => Ok(response(status, body.to_owned(), &[])),
        Action::AnswerWith(status, body, headers) => Ok(response(status, body.to_owned(), headers)),
        Action::Owned(status, body) => Ok(response(status, body, &[])),
        Action::NotSent => failed(Delivery::NotConnected, "no connection"),
        Action::LostBefore => failed(Delivery::NotSent, "connection closed"),
        Action::Lost => failed(Delivery::Possible, "connection reset"),
        Action::TimedOut => {
            failed(Delivery::Possible, "no answer").map_err(TransportError::timed_out)
        }
        Action::TooLong => failed(Delivery::Responded, "the answer is too long"),
        Action::Silence => std::future::pending().await,
    }
}

fn response(
    status: u16,
    body: String,
    headers: &[(&'static str, &'static str)],
) -> Response<Bytes> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body.into()).unwrap()
}

/// Returns a query parameter of a request.
pub(crate) fn query(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// Returns a page with these rows.
pub(crate) fn page(ids: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let rows: Vec<_> = ids
        .into_iter()
        .map(|id| format!(r#"{{"id":{id}}}"#))
        .collect();
    format!(r#"{{"results":[{}]}}"#, rows.join(","))
}
