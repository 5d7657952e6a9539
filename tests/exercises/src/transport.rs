//! A transport that passes requests to a sandbox in the same process. It opens no sockets, so time can be virtual. Like
//! a network, it adds latency and times out.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Transport, TransportError, TransportFuture};
use procountor_sandbox::Sandbox;
use tokio::time::{sleep, timeout};

/// The SDK's own network waits this long for the next bytes.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// A transport to a sandbox in this process.
#[derive(Clone)]
pub(crate) struct InProcessTransport {
    sandbox: Arc<Sandbox>,
    latency: Latency,
    rng: Arc<Mutex<fastrand::Rng>>,
}

/// The time that a message takes in one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) min: Duration,
    /// The upper bound of the random time on top of `min`.
    pub(crate) jitter: Duration,
}

impl InProcessTransport {
    /// Creates a transport whose jitter follows from `seed`.
    pub(crate) fn new(sandbox: Arc<Sandbox>, latency: Latency, seed: u64) -> Self {
        let rng = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        Self {
            sandbox,
            latency,
            rng,
        }
    }

    fn delay(&self) -> Duration {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        self.latency.min + self.latency.jitter.mul_f64(rng.f64())
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        sleep(self.delay()).await;
        let lost = |message| TransportError::new(Delivery::Possible, message);
        let response = match timeout(STALL_TIMEOUT, self.sandbox.exchange(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(lost("the connection broke").with_source(error)),
            Err(_) => return Err(lost("no response within a minute")),
        };
        sleep(self.delay()).await;
        Ok(response)
    }
}

impl Transport for InProcessTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for InProcessTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcessTransport").finish_non_exhaustive()
    }
}
