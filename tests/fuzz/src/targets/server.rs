//! A server that is none: it answers what the input says, in no time, and keeps what it was sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Transport, TransportError, TransportFuture};
use procountor_api::{
    ClientBuilder, Environment, OnBehalf, client::Clock, rate::RateLimit, retry::RetryPolicy, v2604,
};
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// The access token that calls carry. It has signs that JSON and forms may write otherwise.
pub(super) const TOKEN: &str = "hush/access+token==";

/// What is asked for, if it was asked for.
type Answers = Box<dyn FnMut(&Request<Bytes>) -> Response<Bytes> + Send>;

#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<Inside>>);

struct Inside {
    answers: Option<Answers>,
    last: Option<Request<Bytes>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl Server {
    /// A server that answers so, whatever it is asked.
    pub(super) fn saying(answer: Response<Bytes>) -> Self {
        Self::new(move |_| copy(&answer))
    }

    pub(super) fn new(
        answers: impl FnMut(&Request<Bytes>) -> Response<Bytes> + Send + 'static,
    ) -> Self {
        Self(Arc::new(Mutex::new(Inside {
            answers: Some(Box::new(answers)),
            last: None,
        })))
    }

    /// What it was sent last.
    pub(super) fn last(&self) -> Option<Request<Bytes>> {
        self.inside().last.clone()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client of this server, without credentials.
    pub(super) fn builder<A>(
        &self,
        builder: ClientBuilder<v2604::V2604, A>,
    ) -> ClientBuilder<v2604::V2604, A> {
        builder
            .environment(Environment::Custom("https://books.example/api".to_owned()))
            .rate_limit(RateLimit::unlimited())
            .retry(RetryPolicy::none())
            .clock(Morning)
            .transport(self.clone())
    }

    /// A client of a person who has a token.
    pub(super) fn client(&self) -> Result<v2604::Client<OnBehalf>, String> {
        let builder = self.builder(v2604::Client::builder()).access_token(TOKEN);
        builder.build().map_err(|error| error.to_string())
    }
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut inside = self.inside();
            inside.last = Some(request.clone());
            // It is taken out meanwhile, so that nothing is locked when it panics.
            let mut answers = inside.answers.take();
            drop(inside);
            let answer = answers.as_mut().map(|answers| answers(&request));
            self.inside().answers = answers;
            answer.ok_or_else(|| TransportError::new(Delivery::Possible, "nobody answers"))
        })
    }
}

fn copy(answer: &Response<Bytes>) -> Response<Bytes> {
    let mut copy = Response::new(answer.body().clone());
    *copy.status_mut() = answer.status();
    *copy.headers_mut() = answer.headers().clone();
    copy
}

/// It is always the same time, so that an input does the same whenever it is tried.
#[derive(Debug)]
struct Morning;

impl Clock for Morning {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_776_245_400)
    }
}

/// A runtime whose time goes by when nothing else is to be done.
pub(super) struct Paused {
    runtime: Runtime,
    start: Instant,
}

impl Paused {
    pub(super) fn new() -> Result<Self, String> {
        let runtime = runtime()?;
        let start = runtime.block_on(async { Instant::now() });
        Ok(Self { runtime, start })
    }

    /// What becomes of it. A runtime that has waited for years is replaced: its clock does not go for ever.
    pub(super) fn block_on<T>(
        &mut self,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let (result, now) = self
            .runtime
            .block_on(async { (work.await, Instant::now()) });
        if now - self.start > A_YEAR {
            *self = Self::new()?;
        }
        result
    }
}

const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) fn runtime() -> Result<Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true);
    builder.build().map_err(|error| error.to_string())
}
