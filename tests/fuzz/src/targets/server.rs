//! A transport that responds without a network and keeps the last request, and the runtimes that targets use.

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

/// The access token of the calls. It has characters that JSON and forms can escape.
pub(super) const TOKEN: &str = "hush/access+token==";

type Handler = Box<dyn FnMut(&Request<Bytes>) -> Response<Bytes> + Send>;

/// A server in this process.
#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<State>>);

struct State {
    /// `None` while it runs.
    handler: Option<Handler>,
    last_request: Option<Request<Bytes>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl Server {
    /// Creates a server that sends the same response to every request.
    pub(super) fn responding(response: Response<Bytes>) -> Self {
        Self::new(move |_| response.clone())
    }

    pub(super) fn new(
        handler: impl FnMut(&Request<Bytes>) -> Response<Bytes> + Send + 'static,
    ) -> Self {
        Self(Arc::new(Mutex::new(State {
            handler: Some(Box::new(handler)),
            last_request: None,
        })))
    }

    pub(super) fn last_request(&self) -> Option<Request<Bytes>> {
        self.state().last_request.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Configures a client of this server.
    pub(super) fn builder<A>(
        &self,
        builder: ClientBuilder<v2604::V2604, A>,
    ) -> ClientBuilder<v2604::V2604, A> {
        builder
            .environment(Environment::Custom("https://books.example/api".to_owned()))
            .rate_limit(RateLimit::unlimited())
            .retry(RetryPolicy::none())
            .clock(FixedClock)
            .transport(self.clone())
    }

    /// Builds a client that acts for a user with an access token.
    pub(super) fn client(&self) -> Result<v2604::Client<OnBehalf>, String> {
        let builder = self.builder(v2604::Client::builder()).access_token(TOKEN);
        builder.build().map_err(|error| error.to_string())
    }
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut state = self.state();
            state.last_request = Some(request.clone());
            // The handler runs outside the lock, since it can panic.
            let mut handler = state.handler.take();
            drop(state);
            let response = handler.as_mut().map(|handler| handler(&request));
            self.state().handler = handler;
            response.ok_or_else(|| TransportError::new(Delivery::Possible, "the server panicked"))
        })
    }
}

/// A clock that always shows the same time, so that an input has the same result in every run.
#[derive(Debug)]
struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_776_245_400)
    }
}

/// A runtime with virtual time.
pub(super) struct PausedRuntime {
    runtime: Runtime,
    start: Instant,
}

impl PausedRuntime {
    pub(super) fn new() -> Result<Self, String> {
        let runtime = runtime()?;
        let start = runtime.block_on(async { Instant::now() });
        Ok(Self { runtime, start })
    }

    /// Runs `work` to its end. A runtime older than a year is replaced, since its clock has a limited range.
    pub(super) fn block_on<T>(
        &mut self,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let (result, now) = self
            .runtime
            .block_on(async { (work.await, Instant::now()) });
        if now - self.start > YEAR {
            *self = Self::new()?;
        }
        result
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) fn runtime() -> Result<Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true);
    builder.build().map_err(|error| error.to_string())
}
