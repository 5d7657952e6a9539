//! Settings of a client that most programs leave alone: the times of an attempt, the retry budget, the clock, who is told
//! of its work, and what it tells the vendor's support.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::ClientBuilder;
use crate::clock::{Clock, SystemClock};
use crate::observe::Observer;
use crate::retry::RetryBudget;
use crate::transport::NetworkLimits;

pub(crate) struct Seams {
    pub(crate) network: NetworkLimits,
    pub(crate) budget: RetryBudget,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) company: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) trace_bodies: usize,
}

impl Default for Seams {
    fn default() -> Self {
        Self {
            network: NetworkLimits::default(),
            budget: RetryBudget::default(),
            clock: Arc::new(SystemClock),
            observer: None,
            company: None,
            user: None,
            trace_bodies: 0,
        }
    }
}

impl fmt::Debug for Seams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seams")
            .field("network", &self.network)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// Settings that most programs leave alone.
///
/// ```
/// # use std::time::Duration;
/// # use procountor_api::{Environment, M2mCredentials, retry::RetryBudget, v2604};
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::new("shopClient", "client secret", "api key"))
///     .connect_timeout(Duration::from_secs(5))
///     .headers_timeout(Duration::from_secs(90))
///     .stall_timeout(Duration::from_secs(20))
///     .retry_budget(RetryBudget::default().full(200))
///     .company_id(4711)
///     .build()?;
/// # Ok::<(), procountor_api::Error>(())
/// ```
impl<V, A> ClientBuilder<V, A> {
    /// The time for a connection to be made, with its TLS; ten seconds unless set. A request that was given up here was
    /// not sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.seams.network.connect = timeout;
        self
    }

    /// The time of one attempt from the connection to the headers of the answer; a minute unless set. It includes sending
    /// the request, so large files on a slow line need more.
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.seams.network.headers = timeout;
        self
    }

    /// How long the body of an answer may stall: when nothing of it comes for this long, the attempt is given up; half a
    /// minute unless set.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.seams.network.stall = timeout;
        self
    }

    /// The longest answer that is read, in bytes; 64 MiB unless set.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.seams.network.max_response_size = bytes;
        self
    }

    /// How many retries all clones of the client may make together.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.seams.budget = budget;
        self
    }

    /// Asks this what time it is, instead of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.seams.clock = Arc::new(clock);
        self
    }

    /// Tells this what the client does, for metrics.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.seams.observer = Some(Arc::new(observer));
        self
    }

    /// As [`observer`](Self::observer), for one that several clients share.
    pub fn shared_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.seams.observer = Some(observer);
        self
    }

    /// The id of the company, for [support reports](crate::error::SupportReport): the vendor's support asks for it, and the
    /// credentials do not tell it. `GET /company` and `GET /sessioninfo` do.
    pub fn company_id(mut self, id: impl fmt::Display) -> Self {
        self.seams.company = Some(id.to_string());
        self
    }

    /// The id of the user whom the credentials belong to, for [support reports](crate::error::SupportReport). `GET /users` tells
    /// it.
    pub fn user_id(mut self, id: impl fmt::Display) -> Self {
        self.seams.user = Some(id.to_string());
        self
    }

    /// Traces the first bytes of each body that is sent and comes, at the level `TRACE`; none unless set. Secrets are taken
    /// out, personal data is not, and the bodies of token requests are never traced.
    #[cfg(feature = "tracing")]
    pub fn trace_bodies(mut self, bytes: usize) -> Self {
        self.seams.trace_bodies = bytes;
        self
    }
}
