//! The logout.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use tokio::time::{Instant, timeout};

use super::Tokens;
use crate::auth::grant::Unavailable;
use crate::error::{ApiError, Error, ErrorKind};
use crate::operation::bearer;
use crate::transport::Transport;
use crate::wire::Secret;

impl Tokens {
    /// Removes the tokens here and in the store, and then revokes them at the server. Each request has this time.
    pub(crate) async fn logout(&self, limit: Duration) -> Result<(), Error> {
        let renewed = if self.has_only_refresh_token().await {
            self.authorize(limit).await
        } else {
            Ok(())
        };
        let (token, number) = self.clear().await;
        let forgotten = match &self.0.store {
            Some(store) => store.forget(number).await,
            None => Ok(()),
        };
        match (token, renewed) {
            (Some(token), _) => self.revoke(&token, limit).await?,
            (None, Err(error)) if !error.needs_person() => return Err(error),
            // There are no tokens, or the server does not accept them any more.
            (None, _) => {}
        }
        forgotten.map_err(|error| Error::of_client(ErrorKind::Store(error)))
    }

    /// Returns whether there is a refresh token and no valid access token. Only an access token can revoke the refresh
    /// token.
    async fn has_only_refresh_token(&self) -> bool {
        let state = self.lock().await;
        let valid = state.token.as_ref();
        let valid = valid.is_some_and(|token| Instant::now() < token.valid_until);
        state.grant.uses_refresh_token() && !valid
    }

    /// Removes the tokens from the state. Returns the access token and the number of the last tokens.
    async fn clear(&self) -> (Option<Secret>, u64) {
        let mut state = self.lock().await;
        if !state.grant.survives_logout() {
            state.grant = Box::new(Unavailable("this client is logged out"));
        }
        state.retry_save_at = None;
        (state.token.take().map(|token| token.secret), state.number)
    }

    async fn revoke(&self, token: &Secret, limit: Duration) -> Result<(), Error> {
        let endpoint = &self.0.endpoint;
        let bearer = bearer(token).ok_or_else(|| Error::of_client(ErrorKind::invalid_token()))?;
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = endpoint.logout.clone();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let exchange = async {
            endpoint.sender.limiter.admit_priority().await;
            endpoint.sender.send(request).await
        };
        let kind = match timeout(limit, exchange).await {
            Ok(Ok(response)) => match response.status().as_u16() {
                // With 401, the token was not valid any more.
                200..300 | 401 => return Ok(()),
                status => ErrorKind::Api(ApiError::read(status, response.into_body())),
            },
            Ok(Err(error)) => ErrorKind::Transport(error),
            Err(_) => ErrorKind::TimedOut,
        };
        Err(Error::of_client(kind))
    }
}
