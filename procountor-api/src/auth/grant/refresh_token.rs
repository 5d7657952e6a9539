//! The refresh token grant, for a person who has logged in.

use url::Url;

use super::{Accepted, Form, Grant, empty};
use crate::auth::refusal::GrantType;
use crate::auth::store::StoredTokens;
use crate::error::{ApiError, ErrorKind};
use crate::wire::Secret;

/// Credentials of a person who has logged in: the client id and client secret of the integration, and a refresh token.
///
/// A refresh token lives for six months. It ends earlier when the person changes the password, logs out, leaves the
/// company, or gets a hundred others.
#[derive(Clone, Debug)]
pub struct OnBehalfCredentials {
    client_id: String,
    client_secret: Secret,
    /// `None` until the store was read.
    refresh_token: Option<Secret>,
    /// The refresh token that the current one came from by rotation: the one that was passed, or the one in the store.
    origin: Option<Secret>,
}

impl OnBehalfCredentials {
    /// Creates credentials from the client id and client secret that the vendor issued, and a refresh token of the
    /// person.
    ///
    /// If the [`TokenStore`](crate::auth::TokenStore) has a refresh token that came from this one, the stored one is
    /// used.
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

    /// Creates credentials whose refresh token is in the [`TokenStore`](crate::auth::TokenStore) of the client, where
    /// an earlier login has saved it.
    pub fn stored(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            refresh_token: None,
            origin: None,
        }
    }
}

impl Grant for OnBehalfCredentials {
    fn form(&self) -> Result<Form<'_>, ErrorKind> {
        let Some(refresh_token) = &self.refresh_token else {
            let message = "the token store does not contain a refresh token: a person must log in";
            return Err(ErrorKind::Reconnect(ApiError::local(401, message)));
        };
        let fields = vec![
            ("grant_type", "refresh_token"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("refresh_token", refresh_token.expose()),
        ];
        Ok(Form {
            grant_type: GrantType::RefreshToken,
            fields,
        })
    }

    fn problems(&self, _base_url: Option<&Url>) -> Vec<String> {
        let refresh_token = self.refresh_token.as_ref();
        empty([
            ("client id", &self.client_id),
            ("client secret", self.client_secret.expose()),
            ("refresh token", refresh_token.map_or("-", Secret::expose)),
        ])
    }

    fn holder(&self) -> Option<(&'static str, &str)> {
        Some(("person", &self.client_id))
    }

    fn is_reusable(&self) -> bool {
        true
    }

    fn accept(&mut self, refresh_token: Option<Secret>) -> Accepted {
        match refresh_token {
            Some(_) if refresh_token != self.refresh_token => {
                self.refresh_token = refresh_token;
                Accepted::NewRefreshToken
            }
            _ => Accepted::Unchanged,
        }
    }

    fn uses_refresh_token(&self) -> bool {
        true
    }

    fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    fn origin(&self) -> Option<Secret> {
        self.origin.clone()
    }

    fn adopt(&mut self, stored: &StoredTokens) -> bool {
        let known = self.refresh_token.as_ref();
        let same = known.is_none()
            || known == Some(&stored.origin)
            || known == stored.refresh_token.as_ref()
            || self.origin.as_ref() == Some(&stored.origin);
        let adopted = same && stored.refresh_token.is_some();
        if adopted {
            self.refresh_token = stored.refresh_token.clone();
            self.origin = Some(stored.origin.clone());
        }
        adopted
    }
}
