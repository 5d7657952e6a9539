//! The key login: a person logs in on the vendor's page, and the code of the callback is exchanged for an API key. The
//! exchange is not publicly documented, so it is a trait without an implementation.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::authorization_request::{AuthorizationRequest, LoginError, login_methods};
use super::grant::M2mCredentials;
use crate::environment::Environment;
use crate::error::Error;
use crate::wire::Secret;

/// A key login that was started and is not completed yet: as a [`Login`](crate::auth::Login), but it results in an API
/// key.
#[derive(Clone, Debug)]
pub struct KeyLogin(AuthorizationRequest);

impl KeyLogin {
    /// Starts a key login on the page `/keylogin` of the host.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Login::new`](crate::auth::Login::new).
    pub fn new(
        environment: &Environment,
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self, Error> {
        let (client_id, redirect_uri) = (client_id.into(), redirect_uri.into());
        AuthorizationRequest::new(environment, "/keylogin", client_id, redirect_uri).map(Self)
    }

    /// Reads the URL of the callback.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Login::callback`](crate::auth::Login::callback).
    pub fn callback(self, url: &str) -> Result<KeyCode, LoginError> {
        let code = self.0.code(url)?;
        Ok(KeyCode {
            client_id: self.0.client_id,
            redirect_uri: self.0.redirect_uri,
            code,
        })
    }
}

login_methods!(KeyLogin);

/// The one-time code of a [`KeyLogin`].
#[derive(Debug)]
pub struct KeyCode {
    client_id: String,
    redirect_uri: String,
    code: Secret,
}

impl KeyCode {
    /// Returns the client id of the integration.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the redirect URI of the login.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns the code. Send it in the body of a request, never in a URL.
    pub fn code(&self) -> &Secret {
        &self.code
    }

    /// Exchanges the code for an API key, once.
    ///
    /// # Errors
    ///
    /// Returns the error of the exchange, or an error if the key is empty.
    pub async fn exchange(
        self,
        client_secret: impl Into<Secret>,
        exchange: &dyn KeyExchange,
    ) -> Result<M2mCredentials, KeyExchangeError> {
        let client_secret = client_secret.into();
        let key = exchange.exchange(&self, &client_secret).await?;
        if key.expose().trim().is_empty() {
            return Err("the key exchange returned an empty API key".into());
        }
        Ok(M2mCredentials::new(self.client_id, client_secret, key))
    }
}

/// The error of a [`KeyExchange`].
pub type KeyExchangeError = Box<dyn StdError + Send + Sync>;

/// The future of [`KeyExchange::exchange`].
pub type KeyExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Secret, KeyExchangeError>> + Send + 'a>>;

/// The exchange of the code of a key login for an API key.
///
/// The vendor describes this request to integrators only, so this crate does not implement it.
///
/// ```
/// use procountor_api::auth::{KeyCode, KeyExchange, KeyExchangeFuture, Secret};
///
/// #[derive(Debug)]
/// struct VendorExchange;
///
/// impl KeyExchange for VendorExchange {
///     fn exchange<'a>(&'a self, code: &'a KeyCode, client_secret: &'a Secret) -> KeyExchangeFuture<'a> {
///         Box::pin(async move {
///             let _request_body = (code.client_id(), client_secret, code.redirect_uri(), code.code());
///             Err("send the request that the vendor described to you".into())
///         })
///     }
/// }
/// ```
pub trait KeyExchange: fmt::Debug + Send + Sync {
    /// Returns the API key. The code is valid once: do not send it again after its response was lost.
    fn exchange<'a>(
        &'a self,
        code: &'a KeyCode,
        client_secret: &'a Secret,
    ) -> KeyExchangeFuture<'a>;
}
