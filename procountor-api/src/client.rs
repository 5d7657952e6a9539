//! The client of one company, and how it is built.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::access::{Access, M2m, NoCredentials, OnBehalf, Version};
use crate::call::Call;
use crate::credentials::{M2mCredentials, OnBehalfCredentials};
use crate::endpoint::Endpoint;
use crate::environment::{ApiPath, Environment};
use crate::error::Error;
use crate::pipeline::{Core, Settings};
use crate::rate::{Limiter, RateLimit};
use crate::request::HeaderText;
use crate::retry::{Budget, RetryPolicy};
use crate::token::{Grant, Tokens};
use crate::transport::{Network, Transport};
use crate::wire::Secret;

/// A client of version `V` of the API, with access of the kind `A`, to one company: an API key belongs to one.
///
/// Clones are cheap. They share the token, the rate limit and the connections.
///
/// ```no_run
/// use procountor_api::{Environment, M2mCredentials, v2604};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::from_env()?)
///     .build()?;
/// let company = client.company().get_company_info().send().await?;
/// println!("{}", company.name.unwrap_or_default());
/// # Ok(())
/// # }
/// ```
pub struct Client<V, A> {
    pub(crate) core: Arc<Core>,
    marker: PhantomData<fn() -> (V, A)>,
}

impl<V: Version> Client<V, M2m> {
    /// Starts to build a client. What is left out has a safe default.
    pub fn builder() -> Builder<V, NoCredentials> {
        Builder {
            environment: None,
            path: ApiPath::default(),
            grant: None,
            rate_limit: None,
            settings: Settings {
                timeout: Duration::from_secs(180),
                retry: RetryPolicy::default(),
                header_text: HeaderText::default(),
                max_request: 16 * 1024 * 1024,
            },
            max_answer: 64 * 1024 * 1024,
            transport: None,
            marker: PhantomData,
        }
    }
}

impl<V, A> Client<V, A> {
    /// A call of an operation, ready to be sent. The methods of the resources do this for you.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Call<V, A, E> {
        Call::new(self.clone(), endpoint)
    }
}

impl<V, A> Clone for Client<V, A> {
    fn clone(&self) -> Self {
        Self {
            core: Arc::clone(&self.core),
            marker: PhantomData,
        }
    }
}

impl<V, A> fmt::Debug for Client<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.base_url.as_str())
            .finish_non_exhaustive()
    }
}

/// Builds a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct Builder<V, A> {
    environment: Option<Environment>,
    path: ApiPath,
    grant: Option<Grant>,
    rate_limit: Option<RateLimit>,
    settings: Settings,
    max_answer: usize,
    transport: Option<Arc<dyn Transport>>,
    marker: PhantomData<fn() -> (V, A)>,
}

impl<V, A> Builder<V, A> {
    /// Which Procountor to talk to. There is no default: production is real books.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Under which path of the host the API is reached: that of the client's version, unless set.
    pub fn path(mut self, path: ApiPath) -> Self {
        self.path = path;
        self
    }

    /// Access for a machine.
    pub fn m2m(self, credentials: M2mCredentials) -> Builder<V, M2m> {
        self.grant(Grant::M2m(credentials))
    }

    /// Access on behalf of a person, who can confirm two-factor operations.
    pub fn on_behalf(self, credentials: OnBehalfCredentials) -> Builder<V, OnBehalf> {
        self.grant(Grant::OnBehalf(credentials))
    }

    /// Access by a token that you got yourself, on behalf of a person. It is not renewed: when it expires, calls fail.
    pub fn access_token(self, token: impl Into<Secret>) -> Builder<V, OnBehalf> {
        self.grant(Grant::Token(token.into()))
    }

    fn grant<B>(self, grant: Grant) -> Builder<V, B> {
        Builder {
            environment: self.environment,
            path: self.path,
            grant: Some(grant),
            rate_limit: self.rate_limit,
            settings: self.settings,
            max_answer: self.max_answer,
            transport: self.transport,
            marker: PhantomData,
        }
    }

    /// How many requests the company may make; 60 a second in production and on this machine, 1.5 elsewhere, unless set.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// How often, and after what delays, a failed request is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// The time for a whole call, with its waits and retries; three minutes unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How text outside ASCII is written in the headers that some searches use.
    pub fn header_text(mut self, style: HeaderText) -> Self {
        self.settings.header_text = style;
        self
    }

    /// The longest body that is sent, in bytes; 16 MiB unless set.
    pub fn max_request(mut self, bytes: usize) -> Self {
        self.settings.max_request = bytes;
        self
    }

    /// The longest answer that is read, in bytes; 64 MiB unless set.
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Sends requests through this instead of the network.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    /// Names everything that is missing or cannot be used.
    pub fn build(self) -> Result<Client<V, A>, Error>
    where
        V: Version,
        A: Access,
    {
        let mut problems = Vec::new();
        let base_url = match &self.environment {
            None => Err("no environment: call `.environment(Environment::Test)`, or `Production`, or `Custom(…)`".to_owned()),
            Some(environment) => environment.base_url(self.path, V::LIFECYCLE.path),
        };
        let base_url = base_url.map_err(|problem| problems.push(problem)).ok();
        match &self.grant {
            None => problems.push("no credentials".to_owned()),
            Some(Grant::M2m(credentials)) => problems.extend(credentials.problems()),
            Some(Grant::OnBehalf(credentials)) => problems.extend(credentials.problems()),
            Some(Grant::Token(token)) if token.expose().trim().is_empty() => {
                problems.push("the access token is empty".to_owned());
            }
            Some(Grant::Token(_)) => {}
        }
        let (Some(base_url), Some(grant), true) = (base_url, self.grant, problems.is_empty())
        else {
            return Err(Error::settings(problems));
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(
                Network::new(self.max_answer)
                    .map_err(|error| Error::settings(vec![error.to_string()]))?,
            ),
        };
        let limit = self
            .rate_limit
            .unwrap_or_else(|| RateLimit::per_second(Environment::requests_per_second(&base_url)));
        let core = Core {
            version: V::NUMBER,
            tokens: Tokens::new(grant, &base_url),
            base_url,
            transport,
            limiter: Limiter::new(limit),
            budget: Budget::new(),
            settings: self.settings,
        };
        Ok(Client {
            core: Arc::new(core),
            marker: PhantomData,
        })
    }
}
