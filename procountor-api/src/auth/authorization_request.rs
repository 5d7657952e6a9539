//! The authorization request of OAuth 2.0: the URL of the login page, and the callback from it.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Url, form_urlencoded};

use super::random::{constant_time_eq, random_token};
use crate::environment::{ApiPath, Environment, is_loopback};
use crate::error::Error;
use crate::wire::{Secret, snippet};

/// One visit of the login page: it exists between the request that redirects the browser and the callback.
#[derive(Clone)]
pub(super) struct AuthorizationRequest {
    page: Url,
    /// The scheme, host and port of the API.
    pub(super) origin: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    state: Secret,
}

impl AuthorizationRequest {
    /// Creates a request with a new state, to the page at this path of the host.
    pub(super) fn new(
        environment: &Environment,
        path: &str,
        client_id: String,
        redirect_uri: String,
    ) -> Result<Self, Error> {
        let mut problems = Vec::new();
        if client_id.trim().is_empty() {
            problems.push("the client id is empty".to_owned());
        }
        problems.extend(redirect_problem(&redirect_uri));
        let page = environment.base_url(ApiPath::OfVersion, "");
        let page = page.map_err(|problem| problems.push(problem)).ok();
        let state = random_token()
            .map_err(|problem| problems.push(problem))
            .ok();
        let (Some(mut page), Some(state), true) = (page, state, problems.is_empty()) else {
            return Err(Error::settings(problems));
        };
        page.set_path(path);
        Ok(Self {
            origin: page.origin().ascii_serialization(),
            page,
            client_id,
            redirect_uri,
            state,
        })
    }

    /// Replaces the page.
    pub(super) fn with_page(self, page: &str) -> Result<Self, Error> {
        let page = page_url(page).map_err(|problem| Error::settings(vec![problem]))?;
        Ok(Self { page, ..self })
    }

    /// Returns the URL for the browser. The only secret in it is the state, which is valid for this request only.
    pub(super) fn url(&self) -> String {
        let mut url = self.page.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", self.state.expose());
        url.into()
    }

    /// Returns the code in a callback. The state is checked before everything else.
    pub(super) fn code(&self, callback: &str) -> Result<Secret, LoginError> {
        let query = callback.split_once('?');
        let query = query.map_or(callback, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let values = values.entry(name.into_owned()).or_default();
            values.push(value.into_owned());
        }
        let mut one = |name: &'static str| match values.remove(name).as_deref() {
            None => Ok(None),
            Some([value]) => Ok(Some(value.clone())),
            Some(_) => Err(LoginError::Malformed(name)),
        };
        // A repeated state is not valid either.
        match one("state") {
            Ok(Some(state)) if constant_time_eq(self.state.expose(), &state) => {}
            _ => return Err(LoginError::WrongState),
        }
        match (one("code")?, one("error")?) {
            (None, Some(error)) => Err(LoginError::Refused {
                error,
                description: one("error_description")?,
            }),
            (Some(code), None) if !code.is_empty() => Ok(Secret::new(code)),
            (Some(_), Some(_)) => Err(LoginError::Malformed("error")),
            _ => Err(LoginError::Malformed("code")),
        }
    }
}

fn page_url(page: &str) -> Result<Url, String> {
    Environment::Custom(page.to_owned()).base_url(ApiPath::OfVersion, "")
}

/// The vendor compares the redirect URI with the one that it has stored for the client id, which has no query.
fn redirect_problem(redirect_uri: &str) -> Option<String> {
    let problem = match Url::parse(redirect_uri) {
        Err(error) => format!("it is not a valid URL: {error}"),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "it must end with its path, without `?` or `#`".to_owned()
        }
        Ok(url) if url.scheme() == "http" && !is_loopback(&url) => {
            "plain http is allowed for loopback addresses only; use https".to_owned()
        }
        // Other schemes are allowed: an application on a device can have its own.
        Ok(url) if matches!(url.scheme(), "javascript" | "data" | "file") => {
            "a browser does not open its scheme; use https".to_owned()
        }
        Ok(_) => return None,
    };
    Some(format!(
        "the redirect URI `{redirect_uri}` cannot be used: {problem}"
    ))
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl Serialize for AuthorizationRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([
            ("page", self.page.as_str()),
            ("origin", &self.origin),
            ("clientId", &self.client_id),
            ("redirectUri", &self.redirect_uri),
            ("state", self.state.expose()),
        ])
    }
}

impl<'de> Deserialize<'de> for AuthorizationRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, String>::deserialize(deserializer)?;
        let mut take = |name: &str| {
            let value = fields.remove(name).filter(|value| !value.is_empty());
            value.ok_or_else(|| D::Error::custom(format!("the stored login is missing `{name}`")))
        };
        Ok(Self {
            page: page_url(&take("page")?).map_err(D::Error::custom)?,
            origin: take("origin")?,
            client_id: take("clientId")?,
            redirect_uri: take("redirectUri")?,
            state: Secret::new(take("state")?),
        })
    }
}

/// Implements what the logins have in common. A serialized login contains the state.
macro_rules! login_methods {
    ($login:ident) => {
        impl $login {
            /// Sets the address of the login page, if it is not on the host of the API. The vendor does not document
            /// the address for the test server.
            ///
            /// # Errors
            ///
            /// Returns an error if the address has a query or is not https.
            pub fn page(self, address: &str) -> Result<Self, Error> {
                self.0.with_page(address).map(Self)
            }

            /// Returns the URL to redirect the browser to. It does not contain a secret of the integration.
            pub fn url(&self) -> String {
                self.0.url()
            }
        }

        impl serde::Serialize for $login {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $login {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                AuthorizationRequest::deserialize(from).map(Self)
            }
        }
    };
}
pub(super) use login_methods;

/// The error of a callback that does not contain a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginError {
    /// The state is missing, or is not the state of this login: the callback is forged, or an old page was reloaded.
    /// Start a new login. The rest of the URL was not read.
    WrongState,
    /// The person or the vendor refused the login.
    Refused {
        /// An OAuth code such as `access_denied`. It came through the browser: do not show it as HTML.
        error: String,
        /// A description of the error, if there is one.
        description: Option<String>,
    },
    /// The parameter with this name is missing, empty, repeated, or not expected.
    Malformed(&'static str),
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState => f.write_str(
                "the `state` of the callback does not belong to this login; start a new login",
            ),
            Self::Refused { error, description } => {
                write!(f, "the login was refused: {}", snippet(error))?;
                match description {
                    Some(description) => write!(f, ": {}", snippet(description)),
                    None => Ok(()),
                }
            }
            Self::Malformed(name) => write!(
                f,
                "the callback does not contain a code: the parameter `{name}` is missing or not expected; start a new login"
            ),
        }
    }
}

impl StdError for LoginError {}
