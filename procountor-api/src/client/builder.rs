//! The builder of a client.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::Client;
use crate::auth::{
    Grant, Listener, LoginCode, M2mCredentials, OnBehalfCredentials, StoreKey, TokenEndpoint,
    TokenEvent, TokenStore, TokenStoreHandle, Tokens,
};
use crate::client::config::Seams;
use crate::client::pipeline::{ClientInner, Settings};
use crate::environment::{ApiPath, Environment};
use crate::error::Error;
use crate::observe::Notifier;
use crate::operation::ClientInfo;
use crate::operation::HeaderEncoding;
use crate::operation::{Access, M2m, NoCredentials, OnBehalf, Version};
use crate::rate::{Limiter, RateLimit, RateLimiter};
use crate::retry::{Bucket, RetryPolicy};
use crate::transport::Sender;
use crate::transport::{Network, Transport};
use crate::wire::Secret;

impl<V: Version> Client<V, M2m> {
    /// Starts to build a client. What is left out has a safe default.
    pub fn builder() -> ClientBuilder<V, NoCredentials> {
        ClientBuilder {
            environment: None,
            path: ApiPath::default(),
            grant: None,
            limiter: None,
            settings: Settings {
                timeout: Duration::from_secs(180),
                retry: RetryPolicy::default(),
                header_encoding: HeaderEncoding::default(),
                max_request_size: 16 * 1024 * 1024,
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

/// Builds a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder<V, A> {
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

impl<V, A> ClientBuilder<V, A> {
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
    pub fn m2m(self, credentials: M2mCredentials) -> ClientBuilder<V, M2m> {
        self.grant(Grant::M2m(credentials))
    }

    /// Access on behalf of a person, who can confirm two-factor operations.
    pub fn on_behalf(self, credentials: OnBehalfCredentials) -> ClientBuilder<V, OnBehalf> {
        self.grant(Grant::OnBehalf(credentials))
    }

    /// Access on behalf of a person who has just logged in: see [`Login`](crate::auth::Login). The code is exchanged by the first
    /// call, or by [`Client::authorize`]; it lives for a short time. Then the client has a refresh token: give it a
    /// [`token_store`](Self::token_store), or take it from [`Client::refresh_token`].
    pub fn login(
        self,
        code: LoginCode,
        client_secret: impl Into<Secret>,
    ) -> ClientBuilder<V, OnBehalf> {
        self.grant(Grant::Login(code, client_secret.into()))
    }

    /// Access by a token that you got yourself, on behalf of a person. It is not renewed: when it expires, calls fail.
    pub fn access_token(self, token: impl Into<Secret>) -> ClientBuilder<V, OnBehalf> {
        self.grant(Grant::Token(token.into()))
    }

    fn grant<B>(self, grant: Grant) -> ClientBuilder<V, B> {
        ClientBuilder {
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
    pub fn header_encoding(mut self, style: HeaderEncoding) -> Self {
        self.settings.header_encoding = style;
        self
    }

    /// The longest body that is sent, in bytes; 16 MiB unless set.
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.settings.max_request_size = bytes;
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
    /// use procountor_api::{auth::TokenEvent, v2604};
    ///
    /// let builder = v2604::Client::builder().on_token_event(|notice| match notice {
    ///     TokenEvent::RefreshTokenAtRisk(_) => eprintln!("look at once: {notice}"),
    ///     other => eprintln!("{other}"),
    /// });
    /// ```
    pub fn on_token_event(
        mut self,
        listener: impl Fn(&TokenEvent<'_>) + Send + Sync + 'static,
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
        let notifier = Notifier::new(self.seams.observer);
        let limiter = self.limiter.unwrap_or_else(|| {
            let requests = Environment::requests_per_second(&base_url);
            RateLimiter::new(RateLimit::per_second(requests))
        });
        let limiter = Arc::new(Limiter::new(limiter, notifier.clone()));
        let sender = Arc::new(Sender {
            transport,
            limiter: Arc::clone(&limiter),
            notifier: notifier.clone(),
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
        let identity = ClientInfo {
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
                TokenStoreHandle::new(store, key, self.listener, notifier.clone())
            });
        let setup = TokenEndpoint {
            endpoint,
            logout,
            sender: Arc::clone(&sender),
            shelf,
        };
        let core = ClientInner {
            identity: Arc::new(identity),
            sender,
            limiter,
            tokens: Tokens::new(grant, setup),
            budget: Bucket::new(self.seams.budget),
            clock: self.seams.clock,
            notifier,
            settings: self.settings,
        };
        Ok(Client {
            core: Arc::new(core),
            marker: PhantomData,
        })
    }
}
