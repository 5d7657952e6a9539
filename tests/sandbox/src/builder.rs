//! The settings of a sandbox, and its start.

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

/// The lifetime of an access token, according to the vendor's documentation.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// The lifetime of an authorization code. The vendor does not document it; OAuth allows ten minutes at most.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// The rate limit in production, according to the vendor's documentation.
const RATE_LIMIT: u32 = 60;

/// A builder for a [`Sandbox`].
///
/// The defaults are the newest version, seed 0, any free port, 60 requests per second, and tokens that are valid for an
/// hour.
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
            // The ledger holds up to twice this number, which must not overflow.
            keep: usize::MAX / 2,
        }
    }
}

impl Builder {
    /// Sets the API version, such as `26.04`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets the seed of the company's data; the same seed gives the same data.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the port on loopback; 0 selects a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the number of requests per second that the company can make; `None` disables the limit.
    pub fn rate_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.rate_limit = limit.into();
        self
    }

    /// Sets the lifetime of access tokens.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.lifetime = lifetime;
        self
    }

    /// Sets the lifetime of authorization codes.
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.code_lifetime = lifetime;
        self
    }

    /// Sets whether each use of a refresh token replaces it. The vendor does not document this.
    pub fn rotate_refresh_tokens(mut self, rotate: bool) -> Self {
        self.settings.rotate_refresh = rotate;
        self
    }

    /// Sets whether the token endpoint returns errors as OAuth does, `{"error":"invalid_grant"}`, instead of in the
    /// API's format. The vendor's server has returned both.
    pub fn oauth_errors(mut self, oauth: bool) -> Self {
        self.settings.oauth_errors = oauth;
        self
    }

    /// Sets the redirect URI of the client.
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.settings.redirect_uri = redirect_uri.into();
        self
    }

    /// Makes the search for invoices return this number of rows, with ids from 1, by key or by page number.
    ///
    /// Rows are generated on request, so that a million of them take no memory. Filters and other sort orders are
    /// ignored.
    pub fn synthetic_invoices(mut self, rows: u64) -> Self {
        self.synthetic_invoices = Some(rows);
        self
    }

    /// Sets the minimum number of recent requests that the ledger keeps; the default is all.
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.keep = requests;
        self
    }

    /// Starts the sandbox with its own specification of the version.
    ///
    /// # Errors
    ///
    /// Returns an error if the version is unknown or the port cannot be opened.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let api = Sandbox::model(&self.version)?;
        self.start_with(api).await
    }

    /// Starts the sandbox with another model.
    ///
    /// # Errors
    ///
    /// Returns an error if the port cannot be opened.
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

    /// Creates a sandbox without sockets, whose only entrance is [`Sandbox::exchange`].
    ///
    /// It works in virtual time: thousands of requests, with their waits, take a second.
    ///
    /// # Errors
    ///
    /// Returns an error if the version is unknown.
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

    /// Returns the state of a new sandbox with these books.
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

/// The URL of the other host if there are no sockets.
pub(crate) const REDIRECT_HOST: &str = "http://elsewhere.localhost";

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(Error::Bind)?;
    let address = listener.local_addr().map_err(Error::Bind)?;
    Ok((listener, address))
}

/// The paths under which every version is served; a quarterly version also has its own.
const PREFIXES: [&str; 3] = ["/api", "/latest/api", "/supported/api"];

/// Returns the paths under which a version is served.
fn prefixes(api: &Api) -> Vec<String> {
    let own = api.lifecycle.path.as_str();
    let own = Some(own).filter(|own| !PREFIXES.contains(own));
    PREFIXES.into_iter().chain(own).map(str::to_owned).collect()
}
