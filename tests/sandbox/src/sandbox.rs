//! The handle on a running sandbox.

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

/// A running Procountor on loopback, or one in this process that has no sockets. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// The host with its port.
    pub(crate) address: String,
    pub(crate) service: Arc<Service>,
    /// Its own and the other host's.
    pub(crate) servers: Vec<JoinHandle<()>>,
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
        let purpose = login::purpose_of(path).ok_or_else(|| format!("{path} is no login page"))?;
        let mut state = self.service.state();
        let State {
            logins,
            tokens,
            ledger,
            ..
        } = &mut *state;
        let id =
            login::start(logins, tokens, ledger, purpose, Some(query)).map_err(|problems| {
                let problems = problems.iter().map(|problem| match &problem.field {
                    Some(field) => format!("{field}: {}", problem.message),
                    None => problem.message.clone(),
                });
                problems.collect::<Vec<_>>().join("; ")
            })?;
        login::finish(logins, tokens, ledger, &id, approve, clock::now())
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
            .issue(Principal::Person, None, clock::now())
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
        self.service.state().tokens.settings.redirect_uri.clone()
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
    pub fn misdirected_requests(&self) -> Vec<MisdirectedRequest> {
        self.service.state().misdirected.clone()
    }

    /// Hands a request over and waits for the whole answer, without a network between: what a transport in the same process
    /// is made of. Waits are timers of the runtime, so that they pass at once when its clock stands still.
    ///
    /// A request to another host is recorded there ([`redirect_host`](Self::misdirected_requests)). Dropping the future is closing the
    /// connection.
    ///
    /// # Errors
    /// A fault broke the connection.
    pub async fn exchange(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionError> {
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
