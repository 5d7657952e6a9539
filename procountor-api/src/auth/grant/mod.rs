//! Grants: the ways to get an access token.
//!
//! Each grant is one file with one implementation of [`Grant`]. The code that fetches, renews and stores tokens asks
//! the grant, and does not depend on its type. A new OAuth grant is a new file here, its rows in the table of
//! `refusal`, and a method of the client builder.

mod access_token;
mod api_key;
mod authorization_code;
mod refresh_token;
mod unavailable;

use std::fmt;

use url::Url;

use super::form::Form;
use super::store::StoredTokens;
use crate::error::ErrorKind;
use crate::wire::Secret;

pub(crate) use access_token::AccessToken;
pub use api_key::{M2mCredentials, MissingVariables};
pub(crate) use authorization_code::AuthorizationCode;
pub use refresh_token::OnBehalfCredentials;
pub(super) use unavailable::Unavailable;

/// A way to get an access token, and every decision that depends on it.
pub(crate) trait Grant: fmt::Debug + Send + Sync {
    /// Returns the form of a token request, or the error of every call if the grant cannot get a token.
    fn form(&self) -> Result<Form<'_>, ErrorKind>;

    /// Returns everything that prevents the use of the grant at this address.
    fn problems(&self, _base_url: Option<&Url>) -> Vec<String> {
        Vec::new()
    }

    /// Returns the kind of access and the client id. Stored tokens are identified by them.
    fn holder(&self) -> Option<(&'static str, &str)> {
        None
    }

    /// Returns the access token of a grant that starts with one.
    fn access_token(&self) -> Option<&Secret> {
        None
    }

    /// Returns whether it serves for any number of token requests. The tokens of such a grant can be stored.
    fn is_reusable(&self) -> bool {
        false
    }

    /// Returns the grant that follows a failed token request that may have reached the server, unless it is this one.
    fn spent(&self) -> Option<Box<dyn Grant>> {
        None
    }

    /// Takes the refresh token of a successful token response.
    fn accept(&mut self, _refresh_token: Option<Secret>) -> Accepted {
        Accepted::Unchanged
    }

    /// Returns whether token requests use a refresh token, which the server can replace.
    fn uses_refresh_token(&self) -> bool {
        false
    }

    /// Returns the refresh token, if it is known.
    fn refresh_token(&self) -> Option<&Secret> {
        None
    }

    /// Returns whether the refresh token has to come from the token store.
    fn needs_store(&self) -> bool {
        self.uses_refresh_token() && self.refresh_token().is_none()
    }

    /// Returns the value that identifies the credentials in stored tokens: a checksum, or the first refresh token.
    fn origin(&self) -> Option<Secret> {
        None
    }

    /// Takes the refresh token of stored tokens. Returns whether these tokens came from the same credentials.
    fn adopt(&mut self, _stored: &StoredTokens) -> bool {
        false
    }

    /// Returns whether it can get another token after a logout, which revokes the refresh token.
    fn survives_logout(&self) -> bool {
        self.is_reusable() && !self.uses_refresh_token()
    }
}

/// The effect of a token response on the grant.
pub(crate) enum Accepted {
    Unchanged,
    /// There is a refresh token that is not stored anywhere yet.
    NewRefreshToken,
    /// Another grant takes over.
    Replaced(Box<dyn Grant>),
}

/// Names the values that are empty.
fn empty<const N: usize>(values: [(&str, &str); N]) -> Vec<String> {
    let empty = values
        .into_iter()
        .filter(|(_, value)| value.trim().is_empty());
    empty
        .map(|(name, _)| format!("the {name} is empty"))
        .collect()
}
