//! The configuration of a client: what the builder collects, its validation, and the construction of the parts of a
//! client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use url::Url;

use super::pipeline::{ClientInner, Settings};
use crate::auth::{
    Grant, StoreKey, TokenEndpoint, TokenListener, TokenStore, TokenStoreHandle, Tokens,
};
use crate::clock::{Clock, SystemClock};
use crate::environment::{ApiPath, Environment};
use crate::error::Error;
use crate::observe::{Notifier, Observer};
use crate::operation::{ClientInfo, HeaderEncoding};
use crate::rate::{Limiter, RateLimit, RateLimiter};
use crate::retry::{Bucket, RetryBudget, RetryPolicy};
use crate::transport::{Network, NetworkLimits, Sender, Transport};

pub(super) struct Config {
    pub(super) environment: Option<Environment>,
    pub(super) path: ApiPath,
    pub(super) grant: Option<Box<dyn Grant>>,
    /// The store, and the name of the company in it.
    pub(super) token_store: Option<(Arc<dyn TokenStore>, String)>,
    pub(super) token_listener: TokenListener,
    pub(super) logout_path: String,
    pub(super) settings: Settings,
    pub(super) limiter: Option<RateLimiter>,
    pub(super) budget: RetryBudget,
    pub(super) transport: Option<Arc<dyn Transport>>,
    pub(super) network: NetworkLimits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) trace_bodies: usize,
    pub(super) company: Option<String>,
    pub(super) user: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            environment: None,
            path: ApiPath::default(),
            grant: None,
            token_store: None,
            token_listener: TokenListener::default(),
            logout_path: "/logout".to_owned(),
            settings: Settings {
                timeout: Duration::from_secs(180),
                retry: RetryPolicy::default(),
                header_encoding: HeaderEncoding::default(),
                max_request_size: 16 * 1024 * 1024,
            },
            limiter: None,
            budget: RetryBudget::default(),
            transport: None,
            network: NetworkLimits::default(),
            clock: Arc::new(SystemClock),
            observer: None,
            trace_bodies: 0,
            company: None,
            user: None,
        }
    }
}

impl Config {
    /// Builds the parts of a client. Nothing is sent.
    pub(super) fn connect(
        self,
        version: &'static str,
        path_of_version: &'static str,
    ) -> Result<ClientInner, Error> {
        let base_url = self.base_url(path_of_version);
        let problems = self.problems(&base_url);
        let (Ok(base_url), Some(grant), true) = (base_url, self.grant, problems.is_empty()) else {
            return Err(Error::settings(problems));
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Network::new(self.network).map_err(problem)?),
        };
        let notifier = Notifier::new(self.observer);
        let limiter = self.limiter.unwrap_or_else(|| {
            let requests = Environment::requests_per_second(&base_url);
            RateLimiter::new(RateLimit::per_second(requests))
        });
        let limiter = Arc::new(Limiter::new(limiter, notifier.clone()));
        let sender = Arc::new(Sender {
            transport,
            limiter: Arc::clone(&limiter),
            notifier: notifier.clone(),
            clock: Arc::clone(&self.clock),
            trace_bodies: self.trace_bodies,
        });
        let token_path = format!("{}/oauth/token", base_url.path().trim_end_matches('/'));
        let endpoint = TokenEndpoint {
            token: uri_of(&base_url, &token_path)?,
            logout: uri_of(&base_url, &self.logout_path)?,
            sender: Arc::clone(&sender),
        };
        let holder = grant.holder();
        let store = self.token_store.zip(holder);
        let store = store.map(|((store, name), (kind, client_id))| {
            let host = base_url.origin().ascii_serialization();
            let key = StoreKey::new([&host, kind, client_id, &name]);
            TokenStoreHandle::new(store, key, self.token_listener, notifier.clone())
        });
        let info = ClientInfo {
            client_id: holder.map(|(_, client_id)| client_id.to_owned()),
            version,
            company: self.company,
            user: self.user,
            base_url,
        };
        Ok(ClientInner {
            info: Arc::new(info),
            sender,
            limiter,
            tokens: Tokens::new(grant, endpoint, store),
            budget: Bucket::new(self.budget),
            clock: self.clock,
            notifier,
            settings: self.settings,
        })
    }

    fn base_url(&self, path_of_version: &'static str) -> Result<Url, String> {
        let missing = "the environment is missing: call `.environment(…)` with `Environment::Test`, `Production` or `Custom(…)`";
        let environment = self.environment.as_ref().ok_or(missing)?;
        environment.base_url(self.path, path_of_version)
    }

    /// Returns everything that is missing or cannot be used.
    fn problems(&self, base_url: &Result<Url, String>) -> Vec<String> {
        let mut problems: Vec<_> = base_url.as_ref().err().cloned().into_iter().collect();
        match &self.grant {
            None => problems.push("credentials are missing: call `.m2m(…)`".to_owned()),
            Some(grant) => problems.extend(grant.problems(base_url.as_ref().ok())),
        }
        let needs_store = self.grant.as_ref().is_some_and(|grant| grant.needs_store());
        match &self.token_store {
            None if needs_store => problems.push(
                "`OnBehalfCredentials::stored` needs a token store: call `.token_store(…)`"
                    .to_owned(),
            ),
            Some((_, name)) if name.trim().is_empty() => problems.push(
                "the name in `.token_store(…)` is empty: companies would share their tokens"
                    .to_owned(),
            ),
            _ => {}
        }
        let path = &self.logout_path;
        if !path.starts_with('/') || path.contains(['?', '#']) {
            problems.push(format!(
                "the logout path `{path}` is not a valid path: it must start with `/` and must not contain `?` or `#`"
            ));
        }
        problems
    }
}

fn uri_of(base_url: &Url, path: &str) -> Result<Uri, Error> {
    let mut url = base_url.clone();
    url.set_path(path);
    let uri = url.as_str().parse();
    uri.map_err(|error| {
        problem(format!(
            "the address of the token or logout endpoint cannot be used: {error}"
        ))
    })
}

fn problem(error: impl fmt::Display) -> Error {
    Error::settings(vec![error.to_string()])
}

/// Without the parts that can contain secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("environment", &self.environment)
            .field("path", &self.path)
            .field("grant", &self.grant)
            .field("settings", &self.settings)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}
