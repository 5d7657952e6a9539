//! The page where a person logs in: its address, and what the browser brings back from it.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

use url::{Url, form_urlencoded};

use super::random::{same, unguessable};
use crate::environment::{ApiPath, Environment, is_loopback};
use crate::error::Error;
use crate::wire::Secret;

/// One visit to the page, between the request that sends the browser there and the one with which it comes back.
#[derive(Clone)]
pub(crate) struct Visit {
    page: Url,
    /// The scheme, host and port of the API.
    pub(crate) origin: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    state: Secret,
}

impl Visit {
    /// A visit with a state of its own to the page at this path of the host.
    pub(crate) fn new(
        environment: &Environment,
        path: &str,
        client_id: String,
        redirect_uri: String,
    ) -> Result<Self, Error> {
        let mut problems = Vec::new();
        if client_id.trim().is_empty() {
            problems.push("the client id is empty".to_owned());
        }
        problems.extend(problem_of_redirect(&redirect_uri));
        let page = environment.base_url(ApiPath::OfVersion, "");
        let page = page.map_err(|problem| problems.push(problem)).ok();
        let state = unguessable().map_err(|problem| problems.push(problem)).ok();
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

    /// The same visit at a page elsewhere.
    pub(crate) fn at(self, page: &str) -> Result<Self, Error> {
        let checked = Environment::Custom(page.to_owned()).base_url(ApiPath::OfVersion, "");
        let page = checked.map_err(|problem| Error::settings(vec![problem]))?;
        Ok(Self { page, ..self })
    }

    /// The address to send the browser to. It holds no secret but the state, which is good for this visit only.
    pub(crate) fn url(&self) -> String {
        let mut url = self.page.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", self.state.expose());
        url.into()
    }

    /// The code with which the browser came back. The state is looked at first, whatever else is there.
    pub(crate) fn code(&self, callback: &str) -> Result<Secret, LoginError> {
        let query = callback
            .split_once('?')
            .map_or(callback, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            values
                .entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        let mut one = |name: &'static str| match values.remove(name).as_deref() {
            None => Ok(None),
            Some([value]) => Ok(Some(value.clone())),
            Some(_) => Err(LoginError::Malformed(name)),
        };
        // Two states are as good as none.
        match one("state") {
            Ok(Some(state)) if same(self.state.expose(), &state) => {}
            _ => return Err(LoginError::WrongState),
        }
        let (code, error) = (one("code")?, one("error")?);
        match (code, error) {
            (None, Some(error)) => Err(LoginError::Refused {
                error,
                description: one("error_description")?,
            }),
            (Some(code), None) if !code.is_empty() => Ok(Secret::new(code)),
            (Some(_), Some(_)) => Err(LoginError::Malformed("error")),
            _ => Err(LoginError::Malformed("code")),
        }
    }

    /// As text to be kept; it holds the state.
    pub(crate) fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("page", self.page.as_str()),
            ("origin", &self.origin),
            ("clientId", &self.client_id),
            ("redirectUri", &self.redirect_uri),
            ("state", self.state.expose()),
        ]
    }

    /// What `fields` gave, perhaps long ago.
    pub(crate) fn restore(mut fields: BTreeMap<String, String>) -> Result<Self, String> {
        let mut take = |name: &str| {
            let value = fields.remove(name).filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("the kept login has no `{name}`"))
        };
        let (page, origin, client_id, redirect_uri, state) = (
            take("page")?,
            take("origin")?,
            take("clientId")?,
            take("redirectUri")?,
            take("state")?,
        );
        let page = Environment::Custom(page).base_url(ApiPath::OfVersion, "")?;
        Ok(Self {
            page,
            origin,
            client_id,
            redirect_uri,
            state: Secret::new(state),
        })
    }
}

/// The vendor keeps one redirect URI for each client id, clean of a query.
fn problem_of_redirect(redirect_uri: &str) -> Option<String> {
    let problem = match Url::parse(redirect_uri) {
        Err(error) => format!("it is no URL: {error}"),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "it must end with its path, without `?` or `#`".to_owned()
        }
        Ok(url) if url.scheme() == "http" && !is_loopback(&url) => {
            "only this machine may be reached without https".to_owned()
        }
        // An application on a device may have a scheme of its own.
        Ok(url) if matches!(url.scheme(), "javascript" | "data" | "file") => {
            "a browser must be able to go there".to_owned()
        }
        Ok(_) => return None,
    };
    Some(format!(
        "the redirect URI `{redirect_uri}` cannot be used: {problem}"
    ))
}

/// Why a browser came back without a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginError {
    /// The state is missing, or is not that of this login: the browser was sent by somebody else, or an old page was
    /// reloaded. Begin a new login; nothing else in the URL was looked at.
    WrongState,
    /// The person or the vendor refused.
    Refused {
        /// A code such as `access_denied`. It came through the browser: do not show it as HTML.
        error: String,
        /// A sentence, if one came.
        description: Option<String>,
    },
    /// This parameter is missing, or is there when it should not be.
    Malformed(&'static str),
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState => f.write_str(
                "the browser came back from a login that did not begin here; begin a new one",
            ),
            Self::Refused { error, description } => {
                let error = crate::wire::snippet(error);
                write!(f, "the login was refused: {error}")?;
                match description {
                    Some(more) => write!(f, ": {}", crate::wire::snippet(more)),
                    None => Ok(()),
                }
            }
            Self::Malformed(name) => write!(
                f,
                "the browser came back without a code: look at the parameter `{name}`; begin a new login"
            ),
        }
    }
}

impl StdError for LoginError {}
