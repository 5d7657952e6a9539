//! The handle on a running sandbox, and the builder that starts one.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use procountor_codegen::Diagnostics;
use procountor_codegen::model::Api;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::credentials;
use crate::embedded;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::rate::Limiter;
use crate::resource;
use crate::route::Router;
use crate::seed;
use crate::server;
use crate::service::{Service, State};
use crate::store::{Decision, Store};
use crate::token::{Holder, Tokens};

/// How long an access token lives, as the vendor documents it.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// The rate limit in production, as the vendor documents it.
const RATE_LIMIT: u32 = 60;

/// A running Procountor on loopback. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    service: Arc<Service>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Sets up a sandbox.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The versions that the sandbox has, oldest first.
    pub fn versions() -> impl Iterator<Item = &'static str> {
        embedded::versions()
    }

    /// What a version consists of.
    ///
    /// # Errors
    /// The sandbox does not have it, or it cannot be read.
    pub fn model(version: &str) -> Result<Arc<Api>, Error> {
        match embedded::load(version) {
            None => Err(Error::UnknownVersion(version.to_owned())),
            Some(read) => read.map_err(Error::Specification),
        }
    }

    /// The API's address: `http://127.0.0.1:PORT/api`.
    pub fn base_url(&self) -> String {
        format!("{}/api", self.host_url())
    }

    /// The host's address: `http://127.0.0.1:PORT`.
    pub fn host_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The client id of the ready-made company.
    pub fn client_id(&self) -> &str {
        credentials::CLIENT_ID
    }

    /// The client secret of the ready-made company.
    pub fn client_secret(&self) -> &str {
        credentials::CLIENT_SECRET
    }

    /// The API key of the ready-made company.
    pub fn api_key(&self) -> &str {
        credentials::API_KEY
    }

    /// A refresh token of a person in the ready-made company, good until that person logs out.
    pub fn refresh_token(&self) -> &str {
        credentials::REFRESH_TOKEN
    }

    /// An authorization code that can be exchanged any number of times.
    pub fn authorization_code(&self) -> &str {
        credentials::AUTHORIZATION_CODE
    }

    /// An access token of a person, made anew with each call. It needs no token request.
    pub fn access_token(&self) -> String {
        self.service
            .state()
            .tokens
            .issue(Holder::Person, None, Instant::now())
    }

    /// What a person does with a two-factor transaction, by its identifier. Where nothing is said, it is confirmed when its
    /// outcome is asked for the second time. Says whether there is such a transaction.
    pub fn decide(&self, transaction_identifier: &str, decision: Decision) -> bool {
        let mut state = self.service.state();
        let transaction = state.store.transactions.get_mut(transaction_identifier);
        transaction
            .map(|transaction| transaction.decision = Some(decision))
            .is_some()
    }

    /// The redirect URI that belongs to the authorization code.
    pub fn redirect_uri(&self) -> &str {
        credentials::REDIRECT_URI
    }

    /// What has happened so far.
    pub fn ledger(&self) -> Ledger {
        self.service.state().ledger.clone()
    }

    /// The model that drives it.
    pub fn api(&self) -> &Api {
        &self.service.model.api
    }

    /// Stops it and waits until its port is free.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The only way it ends is the abort.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Sets up a [`Sandbox`]: the newest version, seed 0, any free port, 60 requests a second, tokens for an hour.
#[derive(Clone, Debug)]
pub struct Builder {
    version: String,
    seed: u64,
    port: u16,
    rate_limit: Option<u32>,
    token_lifetime: Duration,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            version: embedded::newest().to_owned(),
            seed: 0,
            port: 0,
            rate_limit: Some(RATE_LIMIT),
            token_lifetime: TOKEN_LIFETIME,
        }
    }
}

impl Builder {
    /// The API version: `26.04`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// What the company's data are made from; the same seed gives the same data.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The port on loopback; 0 takes any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How many requests within a second the company may make; `None` for any number.
    pub fn rate_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.rate_limit = limit.into();
        self
    }

    /// How long an access token lives.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Starts the sandbox with the specification that it carries.
    ///
    /// # Errors
    ///
    /// When the version is not there, or the port is taken.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let api = Sandbox::model(&self.version)?;
        self.start_with(api).await
    }

    /// Starts the sandbox with a model of the caller's.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start_with(self, api: impl Into<Arc<Api>>) -> Result<Sandbox, Error> {
        let api = api.into();
        let router = Router::new(&api);
        let model = Model::new(api);
        let resources = resource::derive(&model);
        let mut store = Store::new(self.seed);
        seed::sow(&model, &resources, &mut store, self.seed);
        let state = State {
            store,
            tokens: Tokens::new(self.seed, self.token_lifetime),
            limiter: Limiter::new(self.rate_limit),
            ledger: Ledger::default(),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .map_err(Error::Bind)?;
        let address = listener.local_addr().map_err(Error::Bind)?;
        let prefixes = prefixes(&model.api.version);
        let service = Service {
            model,
            router,
            resources,
            prefixes,
            started: Instant::now(),
            state: Mutex::new(state),
        };
        let service = Arc::new(service);
        let server = tokio::spawn(server::run(listener, Arc::clone(&service)));
        Ok(Sandbox {
            address,
            service,
            server,
        })
    }
}

/// The paths under which a version is found.
fn prefixes(version: &str) -> Vec<String> {
    let numbered = format!("/v{}/api", version.replace('.', ""));
    ["/api", "/latest/api", "/supported/api"]
        .into_iter()
        .map(str::to_owned)
        .chain([numbered])
        .collect()
}

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no specification of this version.
    UnknownVersion(String),
    /// The specification cannot be read.
    Specification(Diagnostics),
    /// The port cannot be opened.
    Bind(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion(version) => {
                let known: Vec<_> = embedded::versions().collect();
                write!(
                    f,
                    "the sandbox has no API version `{version}`; it has {}",
                    known.join(", ")
                )
            }
            Self::Specification(_) => f.write_str("the specification cannot be read"),
            Self::Bind(_) => {
                f.write_str("the port on loopback cannot be opened; choose another, or 0 for any")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::UnknownVersion(_) => None,
            Self::Specification(diagnostics) => Some(diagnostics),
            Self::Bind(error) => Some(error),
        }
    }
}
