//! An access token that the application got elsewhere.

use url::Url;

use super::{Form, Grant, empty};
use crate::error::{ApiError, ErrorKind};
use crate::operation::bearer;
use crate::wire::Secret;

/// An access token that is used until the server rejects it.
#[derive(Debug)]
pub(crate) struct AccessToken(pub(crate) Secret);

impl Grant for AccessToken {
    /// The application can pass another one, so the error does not ask for a login.
    fn form(&self) -> Result<Form<'_>, ErrorKind> {
        let message = "the server rejected the access token; build a client with a new one";
        Err(ErrorKind::Unauthorized(ApiError::local(401, message)))
    }

    fn problems(&self, _base_url: Option<&Url>) -> Vec<String> {
        if bearer(&self.0).is_none() {
            return vec!["the access token has a character that a header cannot carry".to_owned()];
        }
        empty([("access token", self.0.expose())])
    }

    fn access_token(&self) -> Option<&Secret> {
        Some(&self.0)
    }
}
