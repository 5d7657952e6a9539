//! The builder of a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::Client;
use super::config::Config;
use crate::auth::{
    AccessToken, AuthorizationCode, Grant, LoginCode, M2mCredentials, OnBehalfCredentials,
    TokenEvent, TokenListener, TokenStore,
};
use crate::clock::Clock;
use crate::environment::{ApiPath, Environment};
use crate::error::Error;
use crate::observe::Observer;
use crate::operation::{Access, HeaderEncoding, M2m, NoCredentials, OnBehalf, Version};
use crate::rate::{RateLimit, RateLimiter};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::transport::Transport;
use crate::wire::Secret;

impl<V: Version> Client<V, M2m> {
    /// Returns a builder with the default settings.
    pub fn builder() -> ClientBuilder<V, NoCredentials> {
        ClientBuilder {
            config: Config::default(),
            marker: PhantomData,
        }
    }
}

/// A builder of a [`Client`].
///
/// The environment and the credentials are required; every other setting has a default.
///
/// ```
/// # use std::time::Duration;
/// # use procountor_api::{Environment, M2mCredentials, retry::RetryBudget, v2604};
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::new("shopClient", "client secret", "api key"))
///     .timeout(Duration::from_secs(60))
///     .connect_timeout(Duration::from_secs(5))
///     .retry_budget(RetryBudget::default().full(200))
///     .build()?;
/// # Ok::<(), procountor_api::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder<V, A> {
    config: Config,
    marker: PhantomData<fn() -> (V, A)>,
}

impl<V, A> ClientBuilder<V, A> {
    /// Sets the environment to connect to. There is no default, since production contains real data.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.config.environment = Some(environment);
        self
    }

    /// Sets the path of the API on its host (default: the path of the client's version).
    pub fn path(mut self, path: ApiPath) -> Self {
        self.config.path = path;
        self
    }

    /// Sets the credentials of a machine.
    pub fn m2m(self, credentials: M2mCredentials) -> ClientBuilder<V, M2m> {
        self.grant(credentials)
    }

    /// Sets the credentials of a person, who can confirm two-factor operations.
    pub fn on_behalf(self, credentials: OnBehalfCredentials) -> ClientBuilder<V, OnBehalf> {
        self.grant(credentials)
    }

    /// Sets the code of a [`Login`](crate::auth::Login) that a person has just completed.
    ///
    /// The code is valid for a short time. It is exchanged for tokens by the first call, or by [`Client::authorize`].
    /// The client then has a refresh token: set a [`token_store`](Self::token_store), or read it with
    /// [`Client::refresh_token`].
    pub fn login(
        self,
        code: LoginCode,
        client_secret: impl Into<Secret>,
    ) -> ClientBuilder<V, OnBehalf> {
        let client_secret = client_secret.into();
        self.grant(AuthorizationCode {
            login: code,
            client_secret,
        })
    }

    /// Sets an access token of a person. It is not renewed: calls fail after it has expired.
    pub fn access_token(self, token: impl Into<Secret>) -> ClientBuilder<V, OnBehalf> {
        self.grant(AccessToken(token.into()))
    }

    fn grant<B>(mut self, grant: impl Grant + 'static) -> ClientBuilder<V, B> {
        self.config.grant = Some(Box::new(grant));
        ClientBuilder {
            config: self.config,
            marker: PhantomData,
        }
    }

    /// Sets a store for the tokens, so that they outlive the process.
    ///
    /// The name identifies the company, and the person if the client acts for one. Clients with the same name, client
    /// id and host share their tokens.
    pub fn token_store(mut self, store: impl TokenStore, name: impl Into<String>) -> Self {
        self.config.token_store = Some((Arc::new(store), name.into()));
        self
    }

    /// Sets a callback for token events that do not fail a call, such as a new refresh token that could not be saved.
    ///
    /// ```
    /// use procountor_api::{auth::TokenEvent, v2604};
    ///
    /// let builder = v2604::Client::builder().on_token_event(|event| match event {
    ///     TokenEvent::RefreshTokenAtRisk(_) => eprintln!("urgent: {event}"),
    ///     other => eprintln!("{other}"),
    /// });
    /// ```
    pub fn on_token_event(
        mut self,
        callback: impl Fn(&TokenEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.config.token_listener = TokenListener(Some(Arc::new(callback)));
        self
    }

    /// Sets the path of the logout endpoint on the host (default: `/logout`).
    ///
    /// The vendor does not document whether the path begins with `/api`. The one client that is known to use the
    /// endpoint sends it to the root of the host.
    pub fn logout_path(mut self, path: impl Into<String>) -> Self {
        self.config.logout_path = path.into();
        self
    }

    /// Sets the rate limit of the company (default: 60 requests per second for production and loopback addresses, 1.5
    /// for others).
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.config.limiter = Some(RateLimiter::new(limit));
        self
    }

    /// Sets a rate limiter that is shared with other clients of the same company.
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.config.limiter = Some(limiter);
        self
    }

    /// Sets the number and the delays of retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.config.settings.retry = policy;
        self
    }

    /// Sets the limit on the retries of all clones of the client together.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.config.budget = budget;
        self
    }

    /// Sets the time for a whole call, including waits and retries (default: 3 minutes).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.settings.timeout = timeout;
        self
    }

    /// Sets the time to connect, including TLS (default: 10 seconds). A request that fails here was not sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.network.connect = timeout;
        self
    }

    /// Sets the time of an attempt from the connection to the response headers (default: 1 minute). It includes sending
    /// the request, so large files on a slow connection need more.
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.config.network.headers = timeout;
        self
    }

    /// Sets the longest time between two parts of a response body (default: 30 seconds).
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.config.network.stall = timeout;
        self
    }

    /// Sets the longest request body, in bytes (default: 16 MiB).
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.config.settings.max_request_size = bytes;
        self
    }

    /// Sets the longest response body, in bytes (default: 64 MiB).
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.config.network.max_response_size = bytes;
        self
    }

    /// Sets the encoding of non-ASCII text in the headers that some searches use.
    pub fn header_encoding(mut self, encoding: HeaderEncoding) -> Self {
        self.config.settings.header_encoding = encoding;
        self
    }

    /// Replaces the network: see [`transport`](crate::transport). The client's settings for the network, such as
    /// [`connect_timeout`](Self::connect_timeout) and [`max_response_size`](Self::max_response_size), then have no
    /// effect.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.config.transport = Some(Arc::new(transport));
        self
    }

    /// Replaces the system clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.config.clock = Arc::new(clock);
        self
    }

    /// Sets an [`Observer`] for metrics.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.config.observer = Some(Arc::new(observer));
        self
    }

    /// Sets an [`Observer`] that several clients share.
    pub fn shared_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.config.observer = Some(observer);
        self
    }

    /// Sets how many bytes of each request and response body are traced at the level `TRACE` (default: 0).
    ///
    /// Secrets are removed, personal data is not. The bodies of token requests are never traced.
    #[cfg(feature = "tracing")]
    pub fn trace_bodies(mut self, bytes: usize) -> Self {
        self.config.trace_bodies = bytes;
        self
    }

    /// Sets the id of the company for [support reports](crate::error::SupportReport).
    ///
    /// The vendor's support asks for it, and the credentials do not contain it. `GET /company` and `GET /sessioninfo`
    /// return it.
    pub fn company_id(mut self, id: impl fmt::Display) -> Self {
        self.config.company = Some(id.to_string());
        self
    }

    /// Sets the id of the user of the credentials for [support reports](crate::error::SupportReport). `GET /users`
    /// returns it.
    pub fn user_id(mut self, id: impl fmt::Display) -> Self {
        self.config.user = Some(id.to_string());
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every setting that is missing or cannot be used.
    pub fn build(self) -> Result<Client<V, A>, Error>
    where
        V: Version,
        A: Access,
    {
        let inner = self.config.connect(V::NUMBER, V::LIFECYCLE.path)?;
        Ok(Client {
            inner: Arc::new(inner),
            marker: PhantomData,
        })
    }
}
