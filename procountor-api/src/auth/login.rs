//! The login of a person: the first part of the authorization code flow. The second part, the exchange of the code for
//! tokens, is [`ClientBuilder::login`](crate::ClientBuilder::login).

use super::authorization_request::{AuthorizationRequest, LoginError, login_methods};
use crate::environment::Environment;
use crate::error::Error;
use crate::wire::Secret;

/// A login of a person that was started and is not completed yet.
///
/// A login takes two requests of your application: the first redirects the browser to [`url`](Self::url), the second is
/// the [`callback`](Self::callback). Between them, serialize the login into the session of the person. It contains the
/// OAuth `state` that protects against forged callbacks, so it must not be stored where another person's browser can
/// supply it, such as a database row that the URL names. Remove it from the session before the callback, so that it is
/// used once.
///
/// ```
/// use procountor_api::{Environment, auth::Login};
///
/// let login = Login::new(&Environment::Test, "shopClient", "https://shop.example/callback")?;
/// let url = login.url();
/// assert!(url.starts_with("https://pts-api.procountor.com/login?response_type=code&client_id=shopClient&redirect_uri="));
///
/// let stored = serde_json::to_string(&login)?;
/// let login: Login = serde_json::from_str(&stored)?;
/// let error = login.callback("/callback?code=123&state=guessed").unwrap_err();
/// assert!(error.to_string().contains("does not belong to this login"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Login(AuthorizationRequest);

impl Login {
    /// Starts a login. The redirect URI must be exactly the one that the vendor has stored for the client id.
    ///
    /// # Errors
    ///
    /// Returns an error that lists all problems: an empty client id, a redirect URI with a query or without https
    /// (plain http is allowed for loopback addresses), an environment without a valid address.
    pub fn new(
        environment: &Environment,
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self, Error> {
        let (client_id, redirect_uri) = (client_id.into(), redirect_uri.into());
        AuthorizationRequest::new(environment, "/login", client_id, redirect_uri).map(Self)
    }

    /// Reads the URL of the callback: complete, from its path on, or only its query.
    ///
    /// # Errors
    ///
    /// Returns an error if the state is not the one of this login, if the person or the vendor refused, or if there is
    /// no code.
    pub fn callback(self, url: &str) -> Result<LoginCode, LoginError> {
        let code = self.0.code(url)?;
        Ok(LoginCode {
            client_id: self.0.client_id,
            redirect_uri: self.0.redirect_uri,
            origin: self.0.origin,
            code,
        })
    }
}

login_methods!(Login);

/// The authorization code of a [`Login`], valid for a short time.
///
/// The client that is built with it exchanges it once, with its first call or with
/// [`Client::authorize`](crate::Client::authorize).
#[derive(Debug)]
pub struct LoginCode {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    /// The server that issued it.
    pub(super) origin: String,
    pub(super) code: Secret,
}
