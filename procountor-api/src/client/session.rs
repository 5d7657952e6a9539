//! What a client does with its tokens on request: fetch them now, hand them out, keep them, give them back.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use tokio::time::{Instant, timeout};

use super::Client;
use crate::auth::Grant;
use crate::error::{ApiError, Error, ErrorKind};
use crate::operation::bearer;
use crate::transport::Transport;
use crate::wire::Secret;

impl<V, A> Client<V, A> {
    /// Gets an access token now, unless there is one: to learn at once whether the credentials are good, or to exchange the
    /// code of a login while it lives. It is asked for once; calls do this themselves when they need a token.
    ///
    /// # Errors
    /// See [`Error::needs_person`] and [`Error::is_temporary`].
    pub async fn authorize(&self) -> Result<(), Error> {
        let token = timeout(self.core.settings.timeout, self.core.tokens.get(None)).await;
        match token {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(no)) => Err(Error::of_client(no.kind)),
            Err(_) => Err(Error::of_client(ErrorKind::TimedOut)),
        }
    }

    /// The refresh token of a client that acts for a person, as it is now: for those who keep it without a
    /// [`TokenStore`](crate::auth::TokenStore). It may change whenever a token is fetched.
    pub async fn refresh_token(&self) -> Option<Secret> {
        match &self.core.tokens.lock().await.grant {
            Grant::OnBehalf(credentials) => credentials.refresh_token.clone(),
            _ => None,
        }
    }

    /// Keeps a refresh token in the store that could not be kept before; it does nothing otherwise. Call it before the
    /// process ends, if a [`TokenEvent::RefreshTokenAtRisk`](crate::auth::TokenEvent::RefreshTokenAtRisk) was heard.
    ///
    /// # Errors
    /// The store still fails.
    pub async fn save_tokens(&self) -> Result<(), Error> {
        let tokens = &self.core.tokens;
        let mut state = tokens.lock().await;
        let (Some(shelf), Some(stored), true) = (
            &tokens.shared().setup.shelf,
            state.stored(),
            state.at_risk.is_some(),
        ) else {
            return Ok(());
        };
        match shelf.save(state.number, &stored, true).await {
            Ok(()) => {
                state.at_risk = None;
                shelf.told_safe();
                Ok(())
            }
            Err(error) => Err(Error::of_client(ErrorKind::Store(error))),
        }
    }

    /// Logs out: forgets the tokens, here and in the store, and then tells the server, which ends the access token and the
    /// refresh token. They are forgotten whatever the server says.
    ///
    /// A client of a person cannot be used afterwards; a person must log in again. An API key stays good, and the next call
    /// of a machine fetches a new token. The server is told with `POST /logout` at the root of the host, unless
    /// [`ClientBuilder::logout_path`](crate::ClientBuilder::logout_path) says otherwise. If the access token has expired, one more is
    /// fetched first, since a refresh token lives six months and only a token can end it.
    ///
    /// # Errors
    /// The server could not be told, and the tokens may live on there; or they are still in the store.
    pub async fn logout(&self) -> Result<(), Error> {
        let tokens = &self.core.tokens;
        let expired = {
            let state = tokens.lock().await;
            let live = |token: &crate::auth::Token| Instant::now() < token.expires;
            matches!(state.grant, Grant::OnBehalf(_)) && !state.token.as_ref().is_some_and(live)
        };
        let renewed = if expired {
            self.authorize().await
        } else {
            Ok(())
        };
        let (token, number) = {
            let mut state = tokens.lock().await;
            if !matches!(state.grant, Grant::M2m(_)) {
                state.grant = Grant::Gone("this client has logged out");
            }
            state.at_risk = None;
            (state.token.take(), state.number)
        };
        let forgotten = match &tokens.shared().setup.shelf {
            Some(shelf) => shelf.forget(number).await,
            None => Ok(()),
        };
        match token {
            Some(token) => self.tell_of_logout(&token.secret).await?,
            // Tokens that are refused need no end.
            None => match renewed {
                Err(error) if !error.needs_person() => return Err(error),
                _ => {}
            },
        }
        forgotten.map_err(|error| Error::of_client(ErrorKind::Store(error)))
    }

    async fn tell_of_logout(&self, token: &Secret) -> Result<(), Error> {
        let setup = &self.core.tokens.shared().setup;
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = crate::operation::uri(&setup.logout);
        if let Some(value) = bearer(token) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let exchange = async {
            setup.sender.limiter.admit().await;
            setup.sender.send(request).await
        };
        let response = match timeout(self.core.settings.timeout, exchange).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Error::of_client(ErrorKind::Transport(error))),
            Err(_) => return Err(Error::of_client(ErrorKind::TimedOut)),
        };
        match response.status().as_u16() {
            // With 401 the token is no longer one.
            200..300 | 401 => Ok(()),
            status => {
                let error = ApiError::read(status, response.into_body());
                Err(Error::of_client(ErrorKind::Api(error)))
            }
        }
    }
}
