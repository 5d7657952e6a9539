//! What a sandbox is made of: the settings, and the start.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use procountor_codegen::model::Api;
use tokio::net::TcpListener;

use crate::clock;
use crate::credentials;
use crate::embedded;
use crate::faults::Plan;
use crate::ledger::Ledger;
use crate::login::Logins;
use crate::model::Model;
use crate::rate::Limiter;
use crate::resource;
use crate::route::Router;
use crate::sandbox::{Error, Sandbox};
use crate::seed;
use crate::server;
use crate::service::{Service, State};
use crate::store::Store;
use crate::token::{TokenSettings, Tokens};

/// How long an access token lives, as the vendor documents it.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// How long a code of the login page lives. The vendor does not say; OAuth allows ten minutes at most.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// The rate limit in production, as the vendor documents it.
const RATE_LIMIT: u32 = 60;

/// Sets up a [`Sandbox`]: the newest version, seed 0, any free port, 60 requests a second, tokens for an hour.
#[derive(Clone, Debug)]
pub struct Builder {
    version: String,
    seed: u64,
    port: u16,
    rate_limit: Option<u32>,
    settings: TokenSettings,
    synthetic_invoices: Option<u64>,
    pub(crate) keep: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            version: embedded::newest().to_owned(),
            seed: 0,
            port: 0,
            rate_limit: Some(RATE_LIMIT),
            settings: TokenSettings {
                lifetime: TOKEN_LIFETIME,
                code_lifetime: CODE_LIFETIME,
                rotate_refresh: false,
                oauth_errors: false,
                redirect_uri: credentials::REDIRECT_URI.to_owned(),
            },
            synthetic_invoices: None,
            // Twice as many fit into a number.
            keep: usize::MAX / 2,
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
        self.settings.lifetime = lifetime;
        self
    }

    /// How long a code of the login page lives.
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.code_lifetime = lifetime;
        self
    }

    /// Whether a refresh token is replaced by another whenever it is used. The vendor does not say that it does.
    pub fn rotate_refresh_tokens(mut self, rotate: bool) -> Self {
        self.settings.rotate_refresh = rotate;
        self
    }

    /// Whether the token endpoint refuses in the words of OAuth, `{"error":"invalid_grant"}`, instead of those of the API.
    /// Both have been seen.
    pub fn oauth_errors(mut self, oauth: bool) -> Self {
        self.settings.oauth_errors = oauth;
        self
    }

    /// The redirect URI that is stored for the client.
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.settings.redirect_uri = redirect_uri.into();
        self
    }

    /// Lets the search for invoices find so many rows, with the ids from 1 on, by key or by page number. They are made up as
    /// they are asked for: a million take no memory. Filters and other orders are not obeyed there.
    pub fn synthetic_invoices(mut self, rows: u64) -> Self {
        self.synthetic_invoices = Some(rows);
        self
    }

    /// How many requests the ledger keeps at least, the last ones; all of them unless set.
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.keep = requests;
        self
    }

    /// Starts the sandbox with the specification that it carries.
    ///
    /// # Errors
    ///
    /// Schedule the version is not there, or the port is taken.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let api = Sandbox::model(&self.version)?;
        self.start_with(api).await
    }

    /// Starts the sandbox with a model of the caller's.
    ///
    /// # Errors
    ///
    /// Schedule the port is taken.
    pub async fn start_with(self, api: impl Into<Arc<Api>>) -> Result<Sandbox, Error> {
        let (listener, address) = listen(self.port).await?;
        let (redirect_host, other) = listen(0).await?;
        let service = Arc::new(self.service(api.into(), format!("http://{other}")));
        Ok(Sandbox {
            address: address.to_string(),
            servers: vec![
                tokio::spawn(server::run(listener, Arc::clone(&service))),
                tokio::spawn(server::run_redirect_target(
                    redirect_host,
                    Arc::clone(&service),
                )),
            ],
            service,
        })
    }

    /// Makes a sandbox without sockets, which is reached by [`Sandbox::exchange`] only. It works in virtual time: thousands
    /// of requests with their waits pass in a second.
    ///
    /// # Errors
    ///
    /// Schedule the version is not there.
    pub fn without_sockets(self) -> Result<Sandbox, Error> {
        let api = Sandbox::model(&self.version)?;
        Ok(Sandbox::in_process(
            self.service(api, REDIRECT_HOST.to_owned()),
        ))
    }

    fn service(self, api: Arc<Api>, redirect_host: String) -> Service {
        let router = Router::new(&api);
        let model = Model::new(api);
        let resources = resource::derive(&model);
        let mut store = Store::new(self.seed);
        seed::populate(&model, &resources, &mut store, self.seed);
        store.synthetic_invoices = self.synthetic_invoices;
        let prefixes = prefixes(&model.api);
        Service {
            model: Arc::new(model),
            router: Arc::new(router),
            resources: resources.into(),
            prefixes,
            redirect_host,
            started: clock::now(),
            keep: self.keep,
            state: Mutex::new(self.state(store)),
        }
    }

    /// The state of a new sandbox with these books.
    pub(crate) fn state(&self, store: Store) -> State {
        State {
            store,
            tokens: Tokens::new(self.seed, self.settings.clone()),
            logins: Logins::default(),
            limiter: Limiter::new(self.rate_limit),
            ledger: Ledger::default(),
            plan: Plan::default(),
            misdirected: Vec::new(),
        }
    }
}

/// The other host, where there are no sockets.
pub(crate) const REDIRECT_HOST: &str = "http://elsewhere.localhost";

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(Error::Bind)?;
    let address = listener.local_addr().map_err(Error::Bind)?;
    Ok((listener, address))
}

/// The paths under which every version is found; one of the quarter has its own too.
const PREFIXES: [&str; 3] = ["/api", "/latest/api", "/supported/api"];

/// The paths under which a version is found.
fn prefixes(api: &Api) -> Vec<String> {
    let own = api.lifecycle.path.as_str();
    let own = Some(own).filter(|own| !PREFIXES.contains(own));
    PREFIXES.into_iter().chain(own).map(str::to_owned).collect()
}
