//! The handle to a running sandbox.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use hyper::{Request, Response};

use procountor_codegen::Diagnostics;
use procountor_codegen::model::Api;
use tokio::task::JoinHandle;

use crate::builder::{Builder, REDIRECT_HOST};
use crate::clock;
use crate::credentials;
use crate::embedded;
use crate::exchange::{self, ConnectionError};
use crate::faults::Faults;
use crate::ledger::{AuthEvent, Ledger};
use crate::login;
use crate::redirect_target::MisdirectedRequest;
use crate::service::{Service, State};
use crate::store::Decision;
use crate::token::{Principal, Purpose, Tokens};

/// A running Procountor service on loopback, or in this process without sockets. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// The host and the port.
    pub(crate) address: String,
    pub(crate) service: Arc<Service>,
    /// The servers of the sandbox and of the redirect target.
    pub(crate) servers: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Returns a builder with default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the API versions of the sandbox, oldest first.
    pub fn versions() -> impl Iterator<Item = &'static str> {
        embedded::versions()
    }

    /// Returns the model of a version.
    ///
    /// # Errors
    ///
    /// Returns an error if the version is unknown or its specification is invalid.
    pub fn model(version: &str) -> Result<Arc<Api>, Error> {
        match embedded::load(version) {
            None => Err(Error::UnknownVersion(version.to_owned())),
            Some(read) => read.map_err(Error::Specification),
        }
    }

    /// Returns the API's URL: `http://127.0.0.1:PORT/api`, or `http://localhost/api` without sockets.
    pub fn base_url(&self) -> String {
        format!("{}/api", self.host_url())
    }

    /// Returns the host's URL: `http://127.0.0.1:PORT`.
    pub fn host_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the client id of the predefined company.
    pub fn client_id(&self) -> &str {
        credentials::CLIENT_ID
    }

    /// Returns the client secret of the predefined company.
    pub fn client_secret(&self) -> &str {
        credentials::CLIENT_SECRET
    }

    /// Returns the API key of the predefined company.
    pub fn api_key(&self) -> &str {
        credentials::API_KEY
    }

    /// Returns the refresh token of a person in the predefined company. It is valid until it is revoked or replaced.
    pub fn refresh_token(&self) -> &str {
        credentials::REFRESH_TOKEN
    }

    /// Returns a new authorization code of a person who has logged in. It can be used once, within a minute.
    pub fn authorization_code(&self) -> String {
        let mut state = self.service.state();
        state.tokens.issue_code(Purpose::Tokens, clock::now())
    }

    /// Opens the login page at this URL as a person does, and approves. Returns the URL to which the browser is
    /// redirected.
    ///
    /// Over HTTP, the page has a form with the button `decision=approve`.
    ///
    /// # Errors
    ///
    /// Returns the problems of the URL if the page rejects it.
    pub fn approve_login(&self, url: &str) -> Result<String, String> {
        self.log_in(url, true)
    }

    /// Opens the login page at this URL as a person does, and denies.
    ///
    /// # Errors
    ///
    /// Returns the problems of the URL if the page rejects it.
    pub fn deny_login(&self, url: &str) -> Result<String, String> {
        self.log_in(url, false)
    }

    fn log_in(&self, url: &str, approve: bool) -> Result<String, String> {
        let path = url
            .strip_prefix(&self.host_url())
            .ok_or_else(|| format!("the login page is below {}", self.host_url()))?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let purpose =
            login::purpose_of(path).ok_or_else(|| format!("{path} is not a login page"))?;
        let mut state = self.service.state();
        let State {
            logins,
            tokens,
            ledger,
            ..
        } = &mut *state;
        let id = login::start(logins, tokens, ledger, purpose, Some(query));
        let id = id.map_err(|problems| {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            problems.join("; ")
        })?;
        login::finish(logins, tokens, ledger, &id, approve, clock::now())
            .ok_or_else(|| "the login has ended".to_owned())
    }

    /// Exchanges the code of a key login for an API key; returns `None` if the code is not valid.
    ///
    /// The sandbox has no endpoint for this, because the vendor's is not publicly documented.
    pub fn exchange_key_code(&self, code: &str) -> Option<String> {
        self.service.state().tokens.issue_key(code, clock::now())
    }

    /// Revokes the API key and its access tokens.
    pub fn revoke_api_key(&self) {
        self.revoke(|tokens| tokens.revoke_key(credentials::API_KEY));
    }

    /// Revokes a refresh token and its access tokens.
    pub fn revoke_refresh_token(&self, token: &str) {
        self.revoke(|tokens| tokens.revoke_refresh(token));
    }

    /// Revokes all access tokens; API keys and refresh tokens stay valid.
    pub fn revoke_access_tokens(&self) {
        self.revoke(Tokens::revoke_access);
    }

    /// Revokes all tokens, as when the user changes the password. API keys stay valid.
    pub fn change_password(&self) {
        self.revoke(Tokens::change_password);
    }

    /// Revokes the refresh tokens and access tokens of persons, as when they withdraw their consent.
    pub fn withdraw_consent(&self) {
        self.revoke(Tokens::revoke_refreshes);
    }

    fn revoke(&self, what: impl FnOnce(&mut Tokens)) {
        let mut state = self.service.state();
        what(&mut state.tokens);
        state.ledger.auth.push(AuthEvent::Revoked);
    }

    /// Returns a new access token of a person without a token request.
    pub fn access_token(&self) -> String {
        self.service
            .state()
            .tokens
            .issue(Principal::Person, None, clock::now())
    }

    /// Decides a two-factor transaction as a person does; returns whether the transaction exists.
    ///
    /// Without a decision, a transaction is confirmed when its result is requested for the second time.
    pub fn decide(&self, transaction_identifier: &str, decision: Decision) -> bool {
        let mut state = self.service.state();
        let transaction = state.store.transactions.get_mut(transaction_identifier);
        transaction
            .map(|transaction| transaction.decision = Some(decision))
            .is_some()
    }

    /// Returns the redirect URI of the client.
    pub fn redirect_uri(&self) -> String {
        self.service.state().tokens.settings.redirect_uri.clone()
    }

    /// Returns a copy of the ledger.
    pub fn ledger(&self) -> Ledger {
        self.service.state().ledger.clone()
    }

    /// Returns a handle with which faults are scheduled.
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.service))
    }

    /// Returns the requests that followed a [`Fault::Redirect`](crate::Fault::Redirect) to the other host.
    pub fn misdirected_requests(&self) -> Vec<MisdirectedRequest> {
        self.service.state().misdirected.clone()
    }

    /// Handles a request without a network and returns the whole response. A transport in the same process can use
    /// this.
    ///
    /// Waits are timers of the runtime, so that they take no time if its clock is paused. A request to another host is
    /// recorded in [`misdirected_requests`](Self::misdirected_requests). Dropping the future closes the connection.
    ///
    /// # Errors
    ///
    /// Returns an error if a fault broke the connection.
    pub async fn exchange(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionError> {
        exchange::exchange(&self.service, &self.address, request).await
    }

    /// Returns another sandbox without sockets, whose books start as a copy of these.
    ///
    /// All else, such as the rate limit and the tokens, is that of `builder`. A copy is cheap enough for one per test.
    pub fn with_same_books(&self, builder: Builder) -> Self {
        let service = &self.service;
        let store = service.state().store.clone();
        let service = Service {
            model: Arc::clone(&service.model),
            router: Arc::clone(&service.router),
            resources: Arc::clone(&service.resources),
            prefixes: service.prefixes.clone(),
            redirect_host: REDIRECT_HOST.to_owned(),
            started: clock::now(),
            keep: builder.keep,
            state: Mutex::new(builder.state(store)),
        };
        Self::in_process(service)
    }

    pub(crate) fn in_process(service: Service) -> Self {
        Self {
            address: "localhost".to_owned(),
            service: Arc::new(service),
            servers: Vec::new(),
        }
    }

    /// Returns the model that drives the sandbox.
    pub fn api(&self) -> &Api {
        &self.service.model.api
    }

    /// Stops the sandbox and waits until its port is free.
    pub async fn shutdown(mut self) {
        for server in std::mem::take(&mut self.servers) {
            server.abort();
            // The only possible error is the abort.
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

/// An error that prevents a sandbox from starting.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The version is unknown.
    UnknownVersion(String),
    /// The specification is invalid.
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
