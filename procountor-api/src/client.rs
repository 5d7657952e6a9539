//! The client of one company, and how it is built.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::access::{Access, M2m, NoCredentials, OnBehalf, Version};
use crate::auth::{
    Grant, Listener, LoginCode, M2mCredentials, OnBehalfCredentials, Setup, Shelf, StoreKey,
    TokenNotice, TokenStore, Tokens,
};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::environment::{ApiPath, Environment};
use crate::error::Error;
use crate::observe::Watch;
use crate::outlet::Outlet;
use crate::pipeline::{Core, Settings};
use crate::rate::{Limiter, RateLimit, RateLimiter};
use crate::report::Identity;
use crate::request::HeaderText;
use crate::retry::{Bucket, RetryPolicy};
use crate::seams::Seams;
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
            limiter: None,
            settings: Settings {
                timeout: Duration::from_secs(180),
                retry: RetryPolicy::default(),
                header_text: HeaderText::default(),
                max_request: 16 * 1024 * 1024,
            },
            seams: Seams::default(),
            transport: None,
            store: None,
            listener: Listener::default(),
            logout_path: "/logout".to_owned(),
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
            .field("base_url", &self.core.identity.base_url.as_str())
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
    limiter: Option<RateLimiter>,
    settings: Settings,
    pub(crate) seams: Seams,
    transport: Option<Arc<dyn Transport>>,
    store: Option<(Arc<dyn TokenStore>, String)>,
    listener: Listener,
    logout_path: String,
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

    /// Access on behalf of a person who has just logged in: see [`Login`](crate::Login). The code is exchanged by the first
    /// call, or by [`Client::authorise`]; it lives for a short time. Then the client has a refresh token: give it a
    /// [`token_store`](Self::token_store), or take it from [`Client::refresh_token`].
    pub fn login(self, code: LoginCode, client_secret: impl Into<Secret>) -> Builder<V, OnBehalf> {
        self.grant(Grant::Login(code, client_secret.into()))
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
            limiter: self.limiter,
            settings: self.settings,
            seams: self.seams,
            transport: self.transport,
            store: self.store,
            listener: self.listener,
            logout_path: self.logout_path,
            marker: PhantomData,
        }
    }

    /// How many requests the company may make; 60 a second in production and on this machine, 1.5 elsewhere, unless set.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.limiter = Some(RateLimiter::new(limit));
        self
    }

    /// Keeps the rate limit together with every other client that was given this limiter: the limit is the company's, and
    /// a company may have several clients.
    pub fn rate_limiter(mut self, limiter: impl Into<RateLimiter>) -> Self {
        self.limiter = Some(limiter.into());
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

    /// Keeps tokens beyond this process. The name is yours, and stands for the company, and for the person when the client
    /// acts for one: clients with the same name, client id and host share what is kept.
    pub fn token_store(mut self, store: impl TokenStore, name: impl Into<String>) -> Self {
        self.store = Some((Arc::new(store), name.into()));
        self
    }

    /// Hears what happens around tokens that fails no call, above all that a new refresh token could not be kept.
    ///
    /// ```
    /// use procountor_api::{TokenNotice, v2604};
    ///
    /// let builder = v2604::Client::builder().on_token_notice(|notice| match notice {
    ///     TokenNotice::RefreshTokenAtRisk(_) => eprintln!("look at once: {notice}"),
    ///     other => eprintln!("{other}"),
    /// });
    /// ```
    pub fn on_token_notice(
        mut self,
        listener: impl Fn(&TokenNotice<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Listener(Some(Arc::new(listener)));
        self
    }

    /// Where on the API's host a logout is told: `/logout` unless set. The vendor's documents do not say whether that is
    /// below `/api`; the one client that is known to do it uses the root of the host.
    pub fn logout_path(mut self, path: impl Into<String>) -> Self {
        self.logout_path = path.into();
        self
    }

    /// Sends requests through this instead of the network: see [`transport`](crate::transport). The limits of the network
    /// ([`connect_timeout`](Self::connect_timeout) and those after it) are then the transport's business.
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
            Some(grant) => problems.extend(grant.problems()),
        }
        if let (Some(Grant::Login(code, _)), Some(url)) = (&self.grant, &base_url) {
            problems.extend(code.problem_at(url));
        }
        let in_store = matches!(&self.grant, Some(Grant::OnBehalf(credentials)) if credentials.refresh_token.is_none());
        match &self.store {
            None if in_store => problems.push(
                "`OnBehalfCredentials::stored` needs the store: call `.token_store(…)`".to_owned(),
            ),
            Some((_, name)) if name.trim().is_empty() => {
                problems.push(
                    "the name in `.token_store(…)` is empty: companies would share their tokens"
                        .to_owned(),
                );
            }
            _ => {}
        }
        if !self.logout_path.starts_with('/') || self.logout_path.contains(['?', '#']) {
            problems.push(format!(
                "the logout path `{}` is no path: it starts with `/` and has no `?` or `#`",
                self.logout_path
            ));
        }
        let (Some(base_url), Some(grant), true) = (base_url, self.grant, problems.is_empty())
        else {
            return Err(Error::settings(problems));
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(
                Network::new(self.seams.network)
                    .map_err(|error| Error::settings(vec![error.to_string()]))?,
            ),
        };
        let watch = Watch::new(self.seams.observer);
        let limiter = self.limiter.unwrap_or_else(|| {
            let requests = Environment::requests_per_second(&base_url);
            RateLimiter::new(RateLimit::per_second(requests))
        });
        let limiter = Arc::new(Limiter::new(limiter, watch.clone()));
        let outlet = Arc::new(Outlet {
            transport,
            limiter: Arc::clone(&limiter),
            watch: watch.clone(),
            clock: Arc::clone(&self.seams.clock),
            trace_bodies: self.seams.trace_bodies,
        });
        let mut endpoint = base_url.clone();
        endpoint.set_path(&format!(
            "{}/oauth/token",
            base_url.path().trim_end_matches('/')
        ));
        let mut logout = base_url.clone();
        logout.set_path(&self.logout_path);
        let holder = grant.holder();
        let identity = Identity {
            client_id: holder.map(|(_, client_id)| client_id.to_owned()),
            version: V::NUMBER,
            company: self.seams.company,
            user: self.seams.user,
            base_url,
        };
        let shelf = self
            .store
            .zip(holder)
            .map(|((store, name), (kind, client_id))| {
                let host = identity.base_url.origin().ascii_serialization();
                let key = StoreKey::new([&host, kind, client_id, &name]);
                Shelf::new(store, key, self.listener, watch.clone())
            });
        let setup = Setup {
            endpoint,
            logout,
            outlet: Arc::clone(&outlet),
            shelf,
        };
        let core = Core {
            identity: Arc::new(identity),
            outlet,
            limiter,
            tokens: Tokens::new(grant, setup),
            budget: Bucket::new(self.seams.budget),
            clock: self.seams.clock,
            watch,
            settings: self.settings,
        };
        Ok(Client {
            core: Arc::new(core),
            marker: PhantomData,
        })
    }
}
