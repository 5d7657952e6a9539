//! The access token: fetched once for all calls of a client, renewed before it expires.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded;

use crate::credentials::{M2mCredentials, OnBehalfCredentials};
use crate::error::{ApiError, ErrorKind};
use crate::outlet::RetryAfter;
use crate::rate::Limiter;
use crate::retry::Failure;
use crate::transport::Transport;
use crate::wire::{DecodeError, Secret};

/// What a token is asked for with.
#[derive(Debug)]
pub(crate) enum Grant {
    M2m(M2mCredentials),
    OnBehalf(OnBehalfCredentials),
    /// A token that the user got elsewhere, and that cannot be renewed here.
    Token(Secret),
}

/// The token of a client. Waiting calls queue at the mutex, so that one of them fetches and the others find it there.
#[derive(Debug)]
pub(crate) struct Tokens {
    endpoint: Url,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    grant: Grant,
    token: Option<Token>,
}

#[derive(Debug)]
struct Token {
    secret: Secret,
    renew_at: Instant,
}

/// Why there is no token.
pub(crate) struct NoToken {
    pub(crate) kind: ErrorKind,
    /// Set when it may help to ask again.
    pub(crate) failure: Option<Failure>,
}

impl NoToken {
    /// Adds how long the server asked to wait.
    fn asked_for(mut self, wait: Option<RetryAfter>) -> Self {
        if let ErrorKind::Api(error) | ErrorKind::Unauthorised(error) = &mut self.kind {
            error.retry_after = wait.map(|RetryAfter(wait)| wait);
        }
        self
    }
}

/// A token is renewed this long before it expires, or after nine tenths of its life, whichever is later.
const SKEW: Duration = Duration::from_secs(60);
/// Longer than any process runs.
const A_LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

impl Tokens {
    pub(crate) fn new(grant: Grant, base_url: &Url) -> Self {
        let mut endpoint = base_url.clone();
        endpoint.set_path(&format!(
            "{}/oauth/token",
            base_url.path().trim_end_matches('/')
        ));
        let token = match &grant {
            // It is used until the server refuses it.
            Grant::Token(secret) => Some(Token {
                secret: secret.clone(),
                renew_at: Instant::now() + A_LIFETIME,
            }),
            Grant::M2m(_) | Grant::OnBehalf(_) => None,
        };
        Self {
            endpoint,
            state: Mutex::new(State { grant, token }),
        }
    }

    /// A token that is not about to expire, and is not the one that the server has `refused`.
    pub(crate) async fn get(
        &self,
        transport: &dyn Transport,
        limiter: &Limiter,
        refused: Option<&Secret>,
    ) -> Result<Secret, NoToken> {
        let mut state = self.state.lock().await;
        let usable =
            |token: &&Token| Instant::now() < token.renew_at && refused != Some(&token.secret);
        if let Some(token) = state.token.as_ref().filter(usable) {
            return Ok(token.secret.clone());
        }
        let request = self.request(&state.grant).ok_or_else(not_renewable)?;
        // A token call counts against the same limit as every other one.
        limiter.admit().await;
        let asked_at = Instant::now();
        let response = transport.send(request).await.map_err(|error| {
            let failure = Failure::from(&error);
            NoToken {
                kind: ErrorKind::Transport(error),
                failure: Some(failure),
            }
        })?;
        let status = response.status().as_u16();
        let wait = response.extensions().get::<RetryAfter>().copied();
        let issued = read(status, response.into_body()).map_err(|none| none.asked_for(wait))?;
        if let (Grant::OnBehalf(credentials), Some(rotated)) =
            (&mut state.grant, issued.refresh_token)
        {
            credentials.refresh_token = rotated;
        }
        let life = issued.life;
        let renew_at = asked_at + life.saturating_sub(SKEW).max(life.mul_f64(0.9));
        state.token = Some(Token {
            secret: issued.access_token.clone(),
            renew_at,
        });
        Ok(issued.access_token)
    }

    /// Everything is in the body, never in the URL; the content type has no charset, which the server insists on.
    fn request(&self, grant: &Grant) -> Option<Request<Bytes>> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match grant {
            Grant::M2m(credentials) => {
                form.append_pair("grant_type", "client_credentials")
                    .append_pair("client_id", &credentials.client_id)
                    .append_pair("client_secret", credentials.client_secret.expose())
                    .append_pair("api_key", credentials.api_key.expose());
                if let Some(redirect_uri) = &credentials.redirect_uri {
                    form.append_pair("redirect_uri", redirect_uri);
                }
            }
            Grant::OnBehalf(credentials) => {
                form.append_pair("grant_type", "refresh_token")
                    .append_pair("client_id", &credentials.client_id)
                    .append_pair("client_secret", credentials.client_secret.expose())
                    .append_pair("refresh_token", credentials.refresh_token.expose());
            }
            Grant::Token(_) => return None,
        }
        let mut request = Request::new(Bytes::from(form.finish()));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = crate::request::uri(&self.endpoint);
        let form_type = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        Some(request)
    }
}

fn not_renewable() -> NoToken {
    let body = Bytes::from_static(br#"{"errors":[{"message":"the access token was refused, and only its owner can renew it"}]}"#);
    NoToken {
        kind: ErrorKind::Unauthorised(ApiError::read(401, body)),
        failure: None,
    }
}

struct Issued {
    access_token: Secret,
    refresh_token: Option<Secret>,
    life: Duration,
}

fn read(status: u16, body: Bytes) -> Result<Issued, NoToken> {
    if status != 200 {
        let failure = match status {
            429 => Some(Failure::TooMany),
            500.. => Some(Failure::Server),
            _ => None,
        };
        let error = ApiError::read(status, body);
        // Anything else, such as 404 for a path that has expired, is not about the credentials.
        let kind = match status {
            400 | 401 | 403 => ErrorKind::Unauthorised(error),
            _ => ErrorKind::Api(error),
        };
        return Err(NoToken { kind, failure });
    }
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let secret = |name: &str| {
        json.get(name)
            .and_then(Value::as_str)
            .filter(|text| is_token(text))
            .map(Secret::new)
    };
    let life = json
        .get("expires_in")
        .and_then(|life| life.as_f64().or_else(|| life.as_str()?.parse().ok()));
    let life = life
        .filter(|life| life.is_finite() && (0.0..1e9).contains(life))
        .map(Duration::from_secs_f64);
    let (Some(access_token), Some(life)) = (secret("access_token"), life) else {
        // The body is left out: it may hold a token.
        let error = DecodeError::new(
            "a token answer with `access_token` and `expires_in`",
            "[redacted]",
        );
        return Err(NoToken {
            kind: ErrorKind::Decode {
                status,
                error,
                body: Bytes::new(),
            },
            failure: None,
        });
    };
    Ok(Issued {
        access_token,
        refresh_token: secret("refresh_token"),
        life,
    })
}

/// What can stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
