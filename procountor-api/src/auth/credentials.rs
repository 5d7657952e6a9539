//! What a client shows the token endpoint: issued by the vendor and by a user of the company, and never printed.

use std::fmt;

use crate::wire::Secret;

/// Credentials of a machine: the integration's client id and secret, and the API key of one company.
///
/// ```
/// use procountor_api::M2mCredentials;
///
/// let credentials = M2mCredentials::new("shopClient", "client secret", "api key");
/// assert!(!format!("{credentials:?}").contains("api key"));
/// ```
#[derive(Clone)]
pub struct M2mCredentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) api_key: Secret,
    pub(crate) redirect_uri: Option<String>,
}

impl M2mCredentials {
    /// The client id and secret that the vendor issued, and the key that a user of the company made.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        api_key: impl Into<Secret>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            api_key: api_key.into(),
            redirect_uri: None,
        }
    }

    /// Reads `PROCOUNTOR_CLIENT_ID`, `PROCOUNTOR_CLIENT_SECRET` and `PROCOUNTOR_API_KEY`.
    ///
    /// # Errors
    /// Names every variable that is missing or empty.
    pub fn from_env() -> Result<Self, MissingVariables> {
        let names = [
            "PROCOUNTOR_CLIENT_ID",
            "PROCOUNTOR_CLIENT_SECRET",
            "PROCOUNTOR_API_KEY",
        ];
        let values = names.map(|name| std::env::var(name).unwrap_or_default());
        let missing: Vec<_> = names
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_empty())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            return Err(MissingVariables(missing));
        }
        let [client_id, client_secret, api_key] = values;
        Ok(Self::new(client_id, client_secret, api_key))
    }

    /// Some clients send the redirect URI of the integration with every token request. Whether the server ever asks for it
    /// is not known; it is sent only when set.
    #[must_use]
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(redirect_uri.into());
        self
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        empty([
            ("client id", &self.client_id),
            ("client secret", self.client_secret.expose()),
            ("API key", self.api_key.expose()),
        ])
    }
}

impl fmt::Debug for M2mCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("M2mCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Credentials that act for a person who logged in: the integration's client id and secret, and the refresh token that
/// the authorization code was exchanged for. A refresh token lives six months; it dies earlier when the person changes the
/// password, logs out, leaves the company, or has a hundred others.
#[derive(Clone)]
pub struct OnBehalfCredentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    /// None until the store has been asked.
    pub(crate) refresh_token: Option<Secret>,
    /// The refresh token that this one came from, by rotation: what was given here, or what the store says.
    pub(crate) origin: Option<Secret>,
}

impl OnBehalfCredentials {
    /// The client id and secret that the vendor issued, and a refresh token of the person.
    ///
    /// When a [`TokenStore`](crate::auth::TokenStore) has one that came from this one, that one is used.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
    ) -> Self {
        let refresh_token = refresh_token.into();
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            origin: Some(refresh_token.clone()),
            refresh_token: Some(refresh_token),
        }
    }

    /// The client id and secret that the vendor issued; the refresh token is in the
    /// [`TokenStore`](crate::auth::TokenStore) of the client, where a login left it.
    pub fn stored(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            refresh_token: None,
            origin: None,
        }
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        empty([
            ("client id", &self.client_id),
            ("client secret", self.client_secret.expose()),
            (
                "refresh token",
                self.refresh_token.as_ref().map_or("-", Secret::expose),
            ),
        ])
    }
}

impl fmt::Debug for OnBehalfCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnBehalfCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

fn empty<const N: usize>(values: [(&str, &str); N]) -> Vec<String> {
    let empty = values
        .into_iter()
        .filter(|(_, value)| value.trim().is_empty());
    empty
        .map(|(name, _)| format!("the {name} is empty"))
        .collect()
}

/// Variables of the environment that are missing or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVariables(Vec<&'static str>);

impl fmt::Display for MissingVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "missing or empty in the environment: {}",
            self.0.join(", ")
        )
    }
}

impl std::error::Error for MissingVariables {}
