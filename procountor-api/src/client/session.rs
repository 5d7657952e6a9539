//! The methods of a client for its tokens.

use super::Client;
use crate::error::Error;
use crate::wire::Secret;

impl<V, A> Client<V, A> {
    /// Gets an access token now, unless there is one.
    ///
    /// Use it to check the credentials, or to exchange the code of a login while it is valid. Calls get a token
    /// themselves when they need one. The token request is sent once.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not issue a token: see [`Error::needs_person`] and [`Error::is_temporary`].
    pub async fn authorize(&self) -> Result<(), Error> {
        self.inner
            .tokens
            .authorize(self.inner.settings.timeout)
            .await
    }

    /// Returns the current refresh token of a client that acts for a person.
    ///
    /// Use it to store the refresh token without a [`TokenStore`](crate::auth::TokenStore). Each token request can
    /// replace it.
    pub async fn refresh_token(&self) -> Option<Secret> {
        self.inner.tokens.refresh_token().await
    }

    /// Saves a refresh token that could not be saved before. Has no effect if there is none.
    ///
    /// Call it before the process ends if there was a
    /// [`TokenEvent::RefreshTokenAtRisk`](crate::auth::TokenEvent::RefreshTokenAtRisk).
    ///
    /// # Errors
    ///
    /// Returns an error if the token store fails again.
    pub async fn save_tokens(&self) -> Result<(), Error> {
        self.inner.tokens.save().await
    }

    /// Logs out: removes the tokens here and in the token store, and then revokes them at the server.
    ///
    /// A client that acts for a person cannot be used afterwards: a person must log in again. An API key stays valid,
    /// and the next call of such a client requests a new token.
    ///
    /// The request is `POST /logout` at the root of the host, unless
    /// [`ClientBuilder::logout_path`](crate::ClientBuilder::logout_path) was called. If the access token has expired, a
    /// new one is requested first, since the refresh token lives for six months and can only be revoked with an access
    /// token.
    ///
    /// # Errors
    ///
    /// Returns an error if the server could not be reached or rejected the request, so that the tokens can still be
    /// valid there, or if the token store failed. The tokens are removed from the client in any case.
    pub async fn logout(&self) -> Result<(), Error> {
        self.inner.tokens.logout(self.inner.settings.timeout).await
    }
}
