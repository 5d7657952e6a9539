//! Client credentials with an API key.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;

use super::{Form, Grant, empty};
use crate::auth::refusal::GrantType;
use crate::auth::store::StoredTokens;
use crate::error::ErrorKind;
use crate::wire::Secret;

/// Credentials of a machine: the client id and client secret of the integration, and the API key of one company.
///
/// ```
/// use procountor_api::M2mCredentials;
///
/// let credentials = M2mCredentials::new("shopClient", "client secret", "api key");
/// assert!(!format!("{credentials:?}").contains("api key"));
/// ```
#[derive(Clone, Debug)]
pub struct M2mCredentials {
    client_id: String,
    client_secret: Secret,
    api_key: Secret,
    redirect_uri: Option<String>,
}

impl M2mCredentials {
    /// Creates credentials from the client id and client secret that the vendor issued, and an API key of the company.
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
    ///
    /// Returns an error that names every variable that is missing or empty.
    pub fn from_env() -> Result<Self, MissingVariables> {
        let names = [
            "PROCOUNTOR_CLIENT_ID",
            "PROCOUNTOR_CLIENT_SECRET",
            "PROCOUNTOR_API_KEY",
        ];
        let values = names.map(|name| std::env::var(name).unwrap_or_default());
        let missing = names
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_empty());
        let missing: Vec<_> = missing.map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            return Err(MissingVariables(missing));
        }
        let [client_id, client_secret, api_key] = values;
        Ok(Self::new(client_id, client_secret, api_key))
    }

    /// Sends the redirect URI of the integration with every token request.
    ///
    /// Some clients do so. It is not documented whether the server needs it.
    #[must_use]
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(redirect_uri.into());
        self
    }
}

impl Grant for M2mCredentials {
    fn form(&self) -> Result<Form<'_>, ErrorKind> {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("api_key", self.api_key.expose()),
        ];
        let redirect_uri = self.redirect_uri.as_deref();
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        Ok(Form {
            grant_type: GrantType::ApiKey,
            fields,
        })
    }

    fn problems(&self, _base_url: Option<&Url>) -> Vec<String> {
        empty([
            ("client id", &self.client_id),
            ("client secret", self.client_secret.expose()),
            ("API key", self.api_key.expose()),
        ])
    }

    fn holder(&self) -> Option<(&'static str, &str)> {
        Some(("m2m", &self.client_id))
    }

    fn is_reusable(&self) -> bool {
        true
    }

    /// Returns a checksum, which tells apart two companies that have the same name in the store by mistake. A new standard
    /// library can compute another one; that costs one token request.
    fn origin(&self) -> Option<Secret> {
        let mut hasher = DefaultHasher::new();
        self.client_id.hash(&mut hasher);
        self.client_secret.expose().hash(&mut hasher);
        self.api_key.expose().hash(&mut hasher);
        Some(Secret::new(format!("{:016x}", hasher.finish())))
    }

    fn adopt(&mut self, stored: &StoredTokens) -> bool {
        self.origin().as_ref() == Some(&stored.origin)
    }
}

/// The error of [`M2mCredentials::from_env`]: environment variables that are missing or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVariables(Vec<&'static str>);

impl fmt::Display for MissingVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.join(", ");
        write!(f, "missing or empty environment variables: {names}")
    }
}

impl std::error::Error for MissingVariables {}
