//! What a token is asked for with, and the form that says it. A form holds secrets: it is wiped when it has been sent.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request};
use secrecy::zeroize::Zeroizing;
use url::{Url, form_urlencoded};

use super::credentials::{M2mCredentials, OnBehalfCredentials};
use super::login::LoginCode;
use super::refusal::GrantType;
use crate::wire::Secret;

/// What a token is asked for with.
#[derive(Debug)]
pub(crate) enum Grant {
    M2m(M2mCredentials),
    OnBehalf(OnBehalfCredentials),
    /// A login whose code has not been exchanged yet.
    Login(LoginCode, Secret),
    /// A token that the user got elsewhere, and that cannot be renewed here.
    Token(Secret),
    /// Nothing any more, for this reason.
    Gone(&'static str),
}

/// Names and values.
type Parameters<'a> = Vec<(&'static str, &'a str)>;

impl Grant {
    /// The parameters of the token request, or why there can be none.
    fn parameters(&self) -> Result<(GrantType, Parameters<'_>), &'static str> {
        match self {
            Self::M2m(credentials) => {
                let mut parameters = vec![
                    ("grant_type", "client_credentials"),
                    ("client_id", credentials.client_id.as_str()),
                    ("client_secret", credentials.client_secret.expose()),
                    ("api_key", credentials.api_key.expose()),
                ];
                let redirect_uri = credentials.redirect_uri.as_deref();
                parameters.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
                Ok((GrantType::Key, parameters))
            }
            Self::OnBehalf(credentials) => {
                let refresh = credentials.refresh_token.as_ref();
                let refresh = refresh
                    .ok_or("nobody has logged in yet: the token store holds no refresh token")?;
                let parameters = vec![
                    ("grant_type", "refresh_token"),
                    ("client_id", &credentials.client_id),
                    ("client_secret", credentials.client_secret.expose()),
                    ("refresh_token", refresh.expose()),
                ];
                Ok((GrantType::Refresh, parameters))
            }
            Self::Login(code, client_secret) => {
                let parameters = vec![
                    ("grant_type", "authorization_code"),
                    ("client_id", code.client_id()),
                    ("client_secret", client_secret.expose()),
                    ("code", code.expose()),
                    ("redirect_uri", code.redirect_uri()),
                ];
                Ok((GrantType::Code, parameters))
            }
            Self::Token(_) => Err("the access token was refused, and only its owner can renew it"),
            Self::Gone(reason) => Err(reason),
        }
    }

    /// The token request, and what it shows. Everything is in the body, never in the URL; the content type has no charset, which the server
    /// insists on.
    pub(crate) fn request(
        &self,
        endpoint: &Url,
    ) -> Result<(Request<Bytes>, GrantType), &'static str> {
        let (shown, parameters) = self.parameters()?;
        // Long enough for every byte to be encoded, so that the text never moves and leaves a copy behind.
        let room = parameters
            .iter()
            .map(|(name, value)| 3 * (name.len() + value.len()) + 2)
            .sum();
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(room));
        form.extend_pairs(parameters);
        let form = Zeroizing::new(form.finish().into_bytes());
        let mut request = Request::new(Bytes::from_owner(form));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = crate::operation::uri(endpoint);
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        Ok((request, shown))
    }

    /// The kind of access and the client id, for tokens that can be kept.
    pub(crate) fn holder(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::M2m(credentials) => Some(("m2m", &credentials.client_id)),
            Self::OnBehalf(credentials) => Some(("person", &credentials.client_id)),
            Self::Login(code, _) => Some(("person", code.client_id())),
            Self::Token(_) | Self::Gone(_) => None,
        }
    }

    /// Whether a token request can be made with it again and again.
    pub(crate) fn is_renewable(&self) -> bool {
        matches!(self, Self::M2m(_) | Self::OnBehalf(_))
    }

    /// Everything that is wrong with it.
    pub(crate) fn problems(&self) -> Vec<String> {
        match self {
            Self::M2m(credentials) => credentials.problems(),
            Self::OnBehalf(credentials) => credentials.problems(),
            Self::Login(_, secret) if secret.expose().trim().is_empty() => {
                vec!["the client secret is empty".to_owned()]
            }
            Self::Token(token) if token.expose().trim().is_empty() => {
                vec!["the access token is empty".to_owned()]
            }
            Self::Login(..) | Self::Token(_) | Self::Gone(_) => Vec::new(),
        }
    }
}
