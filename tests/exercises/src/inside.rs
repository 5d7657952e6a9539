//! A transport that hands requests to a sandbox in the same process: no sockets, so that time can be virtual. It behaves as
//! the network does: it takes its time, and gives up an answer of which nothing comes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Transport, TransportError, TransportFuture};
use procountor_sandbox::Sandbox;
use tokio::time::{sleep, timeout};

/// As long as the network of the SDK waits for the next bytes.
const STALL: Duration = Duration::from_secs(60);

/// The way to a sandbox in this process.
#[derive(Clone)]
pub(crate) struct Inside {
    sandbox: Arc<Sandbox>,
    way: Way,
    dice: Arc<Mutex<fastrand::Rng>>,
}

/// How long things take on their way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// What each direction takes at least.
    pub(crate) least: Duration,
    /// What there is more now and then, when a request goes.
    pub(crate) more: Duration,
}

impl Inside {
    /// The same seed takes the same times.
    pub(crate) fn new(sandbox: Arc<Sandbox>, way: Way, seed: u64) -> Self {
        Self {
            sandbox,
            way,
            dice: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))),
        }
    }

    fn delay(&self) -> Duration {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        self.way.least + self.way.more.mul_f64(dice.f64())
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        sleep(self.delay()).await;
        let lost = |message| TransportError::new(Delivery::Possible, message);
        let answer = match timeout(STALL, self.sandbox.exchange(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(broken)) => return Err(lost("no answer").with_source(broken)),
            Err(_) => return Err(lost("nothing came for a minute")),
        };
        sleep(self.delay()).await;
        Ok(answer)
    }
}

impl Transport for Inside {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}
