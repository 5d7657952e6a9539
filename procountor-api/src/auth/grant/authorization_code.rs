//! The authorization code grant: the code of a login is exchanged once.

use url::Url;

use super::{Accepted, Form, Grant, OnBehalfCredentials, Unavailable, empty};
use crate::auth::login::LoginCode;
use crate::auth::refusal::GrantType;
use crate::error::ErrorKind;
use crate::wire::Secret;

/// The code of a login that has not been exchanged yet.
#[derive(Debug)]
pub(crate) struct AuthorizationCode {
    pub(crate) login: LoginCode,
    pub(crate) client_secret: Secret,
}

impl Grant for AuthorizationCode {
    fn form(&self) -> Result<Form<'_>, ErrorKind> {
        let fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &self.login.client_id),
            ("client_secret", self.client_secret.expose()),
            ("code", self.login.code.expose()),
            ("redirect_uri", &self.login.redirect_uri),
        ];
        Ok(Form {
            grant_type: GrantType::AuthorizationCode,
            fields,
        })
    }

    fn problems(&self, base_url: Option<&Url>) -> Vec<String> {
        let mut problems = empty([("client secret", self.client_secret.expose())]);
        let (issuer, target) = (&self.login.origin, base_url.map(Url::origin));
        let target = target.map(|origin| origin.ascii_serialization());
        if let Some(target) = target.filter(|target| target != issuer) {
            // The code must not be sent to another server than its own.
            problems.push(format!(
                "the login was at {issuer}, but the client is for {target}"
            ));
        }
        problems
    }

    fn holder(&self) -> Option<(&'static str, &str)> {
        Some(("person", &self.login.client_id))
    }

    /// A code that is sent twice looks stolen, and the server can then revoke the tokens that it gave out for it.
    fn spent(&self) -> Option<Box<dyn Grant>> {
        let reason = "the login code has already been used; a person must log in again";
        Some(Box::new(Unavailable(reason)))
    }

    fn accept(&mut self, refresh_token: Option<Secret>) -> Accepted {
        let Some(refresh_token) = refresh_token else {
            let reason = "the login did not return a refresh token; a person must log in again";
            return Accepted::Replaced(Box::new(Unavailable(reason)));
        };
        let (client_id, secret) = (&self.login.client_id, self.client_secret.clone());
        let credentials = OnBehalfCredentials::new(client_id, secret, refresh_token);
        Accepted::Replaced(Box::new(credentials))
    }
}
