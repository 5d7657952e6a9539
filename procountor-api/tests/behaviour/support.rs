//! A transport that answers by a script and remembers what it was sent, so that time can be virtual.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Arrival, Exchange, Transport, TransportError};
use procountor_api::{Environment, M2mCredentials, RateLimit, v2604};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Answer(u16, &'static str),
    AnswerWith(u16, &'static str, &'static [(&'static str, &'static str)]),
    Owned(u16, String),
    NotSent,
    Lost,
    TooLong,
    Silence,
}

type Script = Box<dyn Fn(usize, &Request<Bytes>) -> Act + Send + Sync>;

/// Token requests are answered by themselves; everything else by the script, which is told how many came before.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Inner>);

struct Inner {
    script: Script,
    sent: Mutex<Vec<Request<Bytes>>>,
    tokens: Mutex<Vec<Request<Bytes>>>,
    flying: AtomicUsize,
    most_flying: AtomicUsize,
}

/// A request that is under way.
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
        script: impl Fn(usize, &Request<Bytes>) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            script: Box::new(script),
            sent: Mutex::default(),
            tokens: Mutex::default(),
            flying: AtomicUsize::default(),
            most_flying: AtomicUsize::default(),
        }))
    }

    /// One act after the other; the last one again and again.
    pub(crate) fn acts(acts: impl Into<Vec<Act>>) -> Self {
        let acts = acts.into();
        Self::new(move |index, _| acts[index.min(acts.len() - 1)].clone())
    }

    pub(crate) fn client(&self) -> v2604::Client {
        self.client_at(1000.0)
    }

    /// With so many requests a second.
    pub(crate) fn client_at(&self, rate: f64) -> v2604::Client {
        v2604::Client::builder()
            .environment(Environment::Custom("https://books.example/api".to_owned()))
            .m2m(M2mCredentials::new("client", "hush-secret", "hush-key"))
            .rate_limit(RateLimit::per_second(rate))
            .transport(self.clone())
            .build()
            .unwrap()
    }

    /// How many requests are under way.
    pub(crate) fn flying(&self) -> usize {
        self.0.flying.load(Ordering::SeqCst)
    }

    /// How many requests were under way at once.
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
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let _flying = Flying::new(&self.0);
            // An answer takes its time, so that calls overlap.
            tokio::time::sleep(Duration::from_millis(5)).await;
            if request.uri().path().ends_with("/oauth/token") {
                let mut tokens = self.0.tokens.lock().unwrap();
                tokens.push(request);
                let body = format!(
                    r#"{{"access_token":"token-{}","expires_in":3600}}"#,
                    tokens.len()
                );
                return Ok(Response::new(body.into()));
            }
            let index = self.sent();
            let act = (self.0.script)(index, &request);
            self.0.sent.lock().unwrap().push(request);
            match act {
                Act::Answer(status, body) => Ok(response(status, body.to_owned(), &[])),
                Act::AnswerWith(status, body, headers) => {
                    Ok(response(status, body.to_owned(), headers))
                }
                Act::Owned(status, body) => Ok(response(status, body, &[])),
                Act::NotSent => Err(TransportError::new(Arrival::Impossible, "no connection")),
                Act::Lost => Err(TransportError::new(Arrival::Possible, "connection reset")),
                Act::TooLong => Err(TransportError::new(
                    Arrival::Answered,
                    "the answer is too long",
                )),
                Act::Silence => std::future::pending().await,
            }
        })
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

/// A parameter in the query of a request.
pub(crate) fn query(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A page with these rows.
pub(crate) fn page(ids: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let rows: Vec<_> = ids
        .into_iter()
        .map(|id| format!(r#"{{"id":{id}}}"#))
        .collect();
    format!(r#"{{"results":[{}]}}"#, rows.join(","))
}
