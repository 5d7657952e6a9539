//! Authorization code, first part: a person logs in on the vendor's page, and the browser comes back with a code. The second
//! part, its exchange for tokens, is [`ClientBuilder::login`](crate::ClientBuilder::login).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use url::Url;

use super::authorization::{LoginError, Visit};
use crate::environment::Environment;
use crate::error::Error;
use crate::wire::Secret;

/// A login of a person that has begun.
///
/// Keep it in the person's session, which it can be serialized into, between the request that sends the browser to
/// [`url`](Self::url) and the one with which it comes back. It holds the `state`, by which the way back is known to belong to
/// the way there: so it must not be where another person's browser could bring it from, such as a database row that the URL
/// names. Take it out of the session before [`callback`](Self::callback), so that it is used once.
///
/// ```
/// use procountor_api::{Environment, auth::Login};
///
/// let login = Login::new(&Environment::Test, "shopClient", "https://shop.example/callback")?;
/// let url = login.url();
/// assert!(url.starts_with("https://pts-api.procountor.com/login?response_type=code&client_id=shopClient&redirect_uri="));
///
/// let kept = serde_json::to_string(&login)?;
/// let login: Login = serde_json::from_str(&kept)?;
/// let refused = login.callback("/callback?code=123&state=guessed").unwrap_err();
/// assert!(refused.to_string().contains("did not begin here"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Login(Visit);

impl Login {
    /// Begins a login. The redirect URI is the one that the vendor has stored for this client id, to the letter.
    ///
    /// # Errors
    /// Everything that cannot be used: an empty client id, a redirect URI with a query or without https (on this machine
    /// http will do), an environment that has no address.
    pub fn new(
        environment: &Environment,
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self, Error> {
        Visit::new(environment, "/login", client_id.into(), redirect_uri.into()).map(Self)
    }

    /// Uses a page at another address than `/login` on the host of the API. Where the test server has its page is not
    /// stated.
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

    /// Reads the URL with which the browser came back: whole, or from its path on, or its query only.
    ///
    /// # Errors
    /// The state is not the one of this login, the person or the vendor refused, or there is no code.
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

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, "Login", f)
    }
}

pub(crate) fn show(visit: &Visit, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("client_id", &visit.client_id)
        .field("redirect_uri", &visit.redirect_uri)
        .finish_non_exhaustive()
}

/// Writes the state as well: that is how it is kept.
impl Serialize for Login {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.fields())
    }
}

impl<'de> Deserialize<'de> for Login {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::deserialize(deserializer)?;
        Visit::restore(fields).map(Self).map_err(D::Error::custom)
    }
}

/// The one-time code of a login. It lives for a short time, and is exchanged once: by the first call of the client that is
/// built with it, or by [`Client::authorize`](crate::Client::authorize).
pub struct LoginCode {
    client_id: String,
    redirect_uri: String,
    origin: String,
    code: Secret,
}

impl LoginCode {
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(crate) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(crate) fn expose(&self) -> &str {
        self.code.expose()
    }

    /// A code of one server must not be shown to another.
    pub(crate) fn problem_at(&self, base_url: &Url) -> Option<String> {
        let here = base_url.origin().ascii_serialization();
        let LoginCode { origin, .. } = self;
        (here != *origin)
            .then(|| format!("the login was at {origin}, and the client is for {here}"))
    }
}

impl fmt::Debug for LoginCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginCode")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
