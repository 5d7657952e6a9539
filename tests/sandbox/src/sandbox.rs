//! The handle on a running sandbox, and the builder that starts one.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hyper::{Request, Response};

use procountor_codegen::Diagnostics;
use procountor_codegen::model::Api;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock;
use crate::credentials;
use crate::elsewhere::Strayed;
use crate::embedded;
use crate::exchange::{self, Broken};
use crate::faults::{Faults, Plan};
use crate::ledger::{AuthEvent, Ledger};
use crate::login::{self, Logins};
use crate::model::Model;
use crate::rate::Limiter;
use crate::resource;
use crate::route::Router;
use crate::seed;
use crate::server;
use crate::service::{Service, State};
use crate::store::{Decision, Store};
use crate::token::{Holder, Purpose, Rules, Tokens};

/// How long an access token lives, as the vendor documents it.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// How long a code of the login page lives. The vendor does not say; OAuth allows ten minutes at most.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// The rate limit in production, as the vendor documents it.
const RATE_LIMIT: u32 = 60;

/// A running Procountor on loopback, or one in this process that has no sockets. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// The host with its port.
    address: String,
    service: Arc<Service>,
    /// Its own and the other host's.
    servers: Vec<JoinHandle<()>>,
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

    /// The API's address: `http://127.0.0.1:PORT/api`. Without sockets it is `http://localhost/api`, where nobody listens.
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

    /// A refresh token of a person in the ready-made company, good until that person logs out, or it is replaced.
    pub fn refresh_token(&self) -> &str {
        credentials::REFRESH_TOKEN
    }

    /// An authorization code of a person who has logged in, made anew with each call: good once, and for a minute.
    pub fn authorization_code(&self) -> String {
        let mut state = self.service.state();
        state.tokens.issue_code(Purpose::Tokens, clock::now())
    }

    /// Opens the login page at this URL in the place of a person, and approves. Gives the URL that the browser is sent
    /// back to. Over HTTP, the page has a form with the button `decision=approve`.
    ///
    /// # Errors
    /// The page refuses the URL, for these reasons.
    pub fn approve_login(&self, url: &str) -> Result<String, String> {
        self.log_in(url, true)
    }

    /// Opens the login page at this URL in the place of a person, and says no.
    ///
    /// # Errors
    /// The page refuses the URL, for these reasons.
    pub fn deny_login(&self, url: &str) -> Result<String, String> {
        self.log_in(url, false)
    }

    fn log_in(&self, url: &str, approve: bool) -> Result<String, String> {
        let path = url
            .strip_prefix(&self.host_url())
            .ok_or_else(|| format!("the login page is below {}", self.host_url()))?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let purpose = login::page(path).ok_or_else(|| format!("{path} is no login page"))?;
        let mut state = self.service.state();
        let State {
            logins,
            tokens,
            ledger,
            ..
        } = &mut *state;
        let id =
            login::begin(logins, tokens, ledger, purpose, Some(query)).map_err(|problems| {
                let problems = problems.iter().map(|problem| match &problem.field {
                    Some(field) => format!("{field}: {}", problem.message),
                    None => problem.message.clone(),
                });
                problems.collect::<Vec<_>>().join("; ")
            })?;
        login::end(logins, tokens, ledger, &id, approve, clock::now())
            .ok_or_else(|| "the login is gone".to_owned())
    }

    /// Swaps the code of a key login for an API key; none when the code is not good. How that is done over HTTP is not
    /// publicly known, so the sandbox has no endpoint for it.
    pub fn exchange_key_code(&self, code: &str) -> Option<String> {
        self.service.state().tokens.issue_key(code, clock::now())
    }

    /// Ends the API key, and the access tokens that came from it: what a user or an administrator does.
    pub fn revoke_api_key(&self) {
        self.revoke(|tokens| tokens.revoke_key(credentials::API_KEY));
    }

    /// Ends a refresh token, and the access tokens that came from it.
    pub fn revoke_refresh_token(&self, token: &str) {
        self.revoke(|tokens| tokens.revoke_refresh(token));
    }

    /// Ends every access token; what they came from stays good.
    pub fn revoke_access_tokens(&self) {
        self.revoke(Tokens::revoke_access);
    }

    /// Ends every token, as when the user changes the password. API keys stay good.
    pub fn change_password(&self) {
        self.revoke(Tokens::change_password);
    }

    /// Ends what persons have: their refresh tokens and access tokens, as when they withdraw their consent.
    pub fn withdraw_consent(&self) {
        self.revoke(Tokens::revoke_refreshes);
    }

    fn revoke(&self, what: impl FnOnce(&mut Tokens)) {
        let mut state = self.service.state();
        what(&mut state.tokens);
        state.ledger.auth.push(AuthEvent::Revoked);
    }

    /// An access token of a person, made anew with each call. It needs no token request.
    pub fn access_token(&self) -> String {
        self.service
            .state()
            .tokens
            .issue(Holder::Person, None, clock::now())
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

    /// The redirect URI that is stored for the client.
    pub fn redirect_uri(&self) -> String {
        self.service.state().tokens.rules.redirect_uri.clone()
    }

    /// What has happened so far.
    pub fn ledger(&self) -> Ledger {
        self.service.state().ledger.clone()
    }

    /// Asks for faults.
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.service))
    }

    /// What came to the other host, to which [`Fault::Redirect`](crate::Fault::Redirect) leads.
    pub fn elsewhere(&self) -> Vec<Strayed> {
        self.service.state().strayed.clone()
    }

    /// Hands a request over and waits for the whole answer, without a network between: what a transport in the same process
    /// is made of. Waits are timers of the runtime, so that they pass at once when its clock stands still.
    ///
    /// A request to another host is recorded there ([`elsewhere`](Self::elsewhere)). Dropping the future is closing the
    /// connection.
    ///
    /// # Errors
    /// A fault broke the connection.
    pub async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Broken> {
        exchange::exchange(&self.service, &self.address, request).await
    }

    /// Another sandbox without sockets, whose books begin as these are now and go their own way. It has nothing else of this
    /// one: its limit and its tokens are those of `builder`. It costs little, so that each of many tests can have its own.
    pub fn with_same_books(&self, builder: Builder) -> Self {
        let service = &self.service;
        let store = service.state().store.clone();
        let service = Service {
            model: Arc::clone(&service.model),
            router: Arc::clone(&service.router),
            resources: Arc::clone(&service.resources),
            prefixes: service.prefixes.clone(),
            elsewhere: ELSEWHERE.to_owned(),
            started: clock::now(),
            keep: builder.keep,
            state: Mutex::new(builder.state(store)),
        };
        Self::inside(service)
    }

    fn inside(service: Service) -> Self {
        Self {
            address: "localhost".to_owned(),
            service: Arc::new(service),
            servers: Vec::new(),
        }
    }

    /// The model that drives it.
    pub fn api(&self) -> &Api {
        &self.service.model.api
    }

    /// Stops it and waits until its port is free.
    pub async fn shutdown(mut self) {
        for server in std::mem::take(&mut self.servers) {
            server.abort();
            // The only way it ends is the abort.
            let _ = server.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

/// Sets up a [`Sandbox`]: the newest version, seed 0, any free port, 60 requests a second, tokens for an hour.
#[derive(Clone, Debug)]
pub struct Builder {
    version: String,
    seed: u64,
    port: u16,
    rate_limit: Option<u32>,
    rules: Rules,
    made_up: Option<u64>,
    keep: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            version: embedded::newest().to_owned(),
            seed: 0,
            port: 0,
            rate_limit: Some(RATE_LIMIT),
            rules: Rules {
                lifetime: TOKEN_LIFETIME,
                code_lifetime: CODE_LIFETIME,
                rotates: false,
                oauth_errors: false,
                redirect_uri: credentials::REDIRECT_URI.to_owned(),
            },
            made_up: None,
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
        self.rules.lifetime = lifetime;
        self
    }

    /// How long a code of the login page lives.
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.rules.code_lifetime = lifetime;
        self
    }

    /// Whether a refresh token is replaced by another whenever it is used. The vendor does not say that it does.
    pub fn rotate_refresh_tokens(mut self, rotate: bool) -> Self {
        self.rules.rotates = rotate;
        self
    }

    /// Whether the token endpoint refuses in the words of OAuth, `{"error":"invalid_grant"}`, instead of those of the API.
    /// Both have been seen.
    pub fn oauth_errors(mut self, oauth: bool) -> Self {
        self.rules.oauth_errors = oauth;
        self
    }

    /// The redirect URI that is stored for the client.
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.rules.redirect_uri = redirect_uri.into();
        self
    }

    /// Lets the search for invoices find so many rows, with the ids from 1 on, by key or by page number. They are made up as
    /// they are asked for: a million take no memory. Filters and other orders are not obeyed there.
    pub fn made_up_invoices(mut self, rows: u64) -> Self {
        self.made_up = Some(rows);
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
        let (listener, address) = listen(self.port).await?;
        let (elsewhere, other) = listen(0).await?;
        let service = Arc::new(self.service(api.into(), format!("http://{other}")));
        Ok(Sandbox {
            address: address.to_string(),
            servers: vec![
                tokio::spawn(server::run(listener, Arc::clone(&service))),
                tokio::spawn(server::run_elsewhere(elsewhere, Arc::clone(&service))),
            ],
            service,
        })
    }

    /// Makes a sandbox without sockets, which is reached by [`Sandbox::exchange`] only. It works in virtual time: thousands
    /// of requests with their waits pass in a second.
    ///
    /// # Errors
    ///
    /// When the version is not there.
    pub fn without_sockets(self) -> Result<Sandbox, Error> {
        let api = Sandbox::model(&self.version)?;
        Ok(Sandbox::inside(self.service(api, ELSEWHERE.to_owned())))
    }

    fn service(self, api: Arc<Api>, elsewhere: String) -> Service {
        let router = Router::new(&api);
        let model = Model::new(api);
        let resources = resource::derive(&model);
        let mut store = Store::new(self.seed);
        seed::sow(&model, &resources, &mut store, self.seed);
        store.made_up = self.made_up;
        let prefixes = prefixes(&model.api);
        Service {
            model: Arc::new(model),
            router: Arc::new(router),
            resources: resources.into(),
            prefixes,
            elsewhere,
            started: clock::now(),
            keep: self.keep,
            state: Mutex::new(self.state(store)),
        }
    }

    /// The state of a new sandbox with these books.
    fn state(&self, store: Store) -> State {
        State {
            store,
            tokens: Tokens::new(self.seed, self.rules.clone()),
            logins: Logins::default(),
            limiter: Limiter::new(self.rate_limit),
            ledger: Ledger::default(),
            plan: Plan::default(),
            strayed: Vec::new(),
        }
    }
}

/// The other host, where there are no sockets.
const ELSEWHERE: &str = "http://elsewhere.localhost";

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
