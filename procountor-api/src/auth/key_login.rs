//! Key login: a person logs in on the vendor's page, and the browser comes back with a code that is good for an API key.
//! How it is swapped for one is not publicly known, so that step is a trait without an implementation.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::authorization::{LoginError, Visit};
use super::credentials::M2mCredentials;
use super::login::show;
use crate::environment::Environment;
use crate::error::Error;
use crate::wire::Secret;

/// A key login of a person that has begun: as [`Login`](crate::auth::Login), but what comes of it is an API key for a machine.
#[derive(Clone)]
pub struct KeyLogin(Visit);

impl KeyLogin {
    /// Begins a key login, on the page `/keylogin` of the host.
    ///
    /// # Errors
    /// As [`Login::new`](crate::auth::Login::new).
    pub fn new(
        environment: &Environment,
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self, Error> {
        let (client_id, redirect_uri) = (client_id.into(), redirect_uri.into());
        Visit::new(environment, "/keylogin", client_id, redirect_uri).map(Self)
    }

    /// Uses a page at another address.
    ///
    /// # Errors
    /// The address has a query, or is not https.
    pub fn page(self, address: &str) -> Result<Self, Error> {
        self.0.at(address).map(Self)
    }

    /// Where to send the browser. No secret of the integration is in it.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Reads the URL with which the browser came back.
    ///
    /// # Errors
    /// As [`Login::callback`](crate::auth::Login::callback).
    pub fn callback(self, url: &str) -> Result<KeyCode, LoginError> {
        let code = self.0.code(url)?;
        Ok(KeyCode {
            client_id: self.0.client_id,
            redirect_uri: self.0.redirect_uri,
            code,
        })
    }
}

impl fmt::Debug for KeyLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, "KeyLogin", f)
    }
}

/// Writes the state as well: that is how it is kept.
impl Serialize for KeyLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.fields())
    }
}

impl<'de> Deserialize<'de> for KeyLogin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::deserialize(deserializer)?;
        Visit::restore(fields).map(Self).map_err(D::Error::custom)
    }
}

/// The one-time code of a key login.
pub struct KeyCode {
    client_id: String,
    redirect_uri: String,
    code: Secret,
}

impl KeyCode {
    /// The client id of the integration.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The redirect URI that the login was begun with.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The code. It belongs into the body of a request, never into a URL.
    pub fn code(&self) -> &Secret {
        &self.code
    }

    /// Swaps the code for an API key, once.
    ///
    /// # Errors
    /// What the exchange says, or that the key it gave is empty.
    pub async fn exchange(
        self,
        client_secret: impl Into<Secret>,
        exchange: &dyn KeyExchange,
    ) -> Result<M2mCredentials, KeyExchangeError> {
        let client_secret = client_secret.into();
        let key = exchange.exchange(&self, &client_secret).await?;
        if key.expose().trim().is_empty() {
            return Err("the exchange gave an empty API key".into());
        }
        Ok(M2mCredentials::new(self.client_id, client_secret, key))
    }
}

impl fmt::Debug for KeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCode")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Whatever an exchange of yours can fail with.
pub type KeyExchangeError = Box<dyn StdError + Send + Sync>;

/// The key to come.
pub type KeyExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Secret, KeyExchangeError>> + Send + 'a>>;

/// Swaps the code of a key login for an API key. The vendor tells integrators how; nothing public does, so this crate does
/// not guess.
///
/// ```
/// use procountor_api::auth::{KeyCode, KeyExchange, KeyExchangeFuture, Secret};
///
/// /// As the vendor told us.
/// #[derive(Debug)]
/// struct AsTold;
///
/// impl KeyExchange for AsTold {
///     fn exchange<'a>(&'a self, code: &'a KeyCode, client_secret: &'a Secret) -> KeyExchangeFuture<'a> {
///         Box::pin(async move {
///             let _request_body = (code.client_id(), client_secret, code.redirect_uri(), code.code());
///             Err("fill in what the vendor told you".into())
///         })
///     }
/// }
/// ```
pub trait KeyExchange: fmt::Debug + Send + Sync {
    /// Gives the API key. The code is good once: do not send it again when its answer was lost.
    fn exchange<'a>(
        &'a self,
        code: &'a KeyCode,
        client_secret: &'a Secret,
    ) -> KeyExchangeFuture<'a>;
}
