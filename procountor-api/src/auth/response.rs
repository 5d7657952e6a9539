//! Reads the response of the token endpoint. After that, no copy of a token is left but the secret itself.

use std::time::Duration;

use bytes::Bytes;
use secrecy::zeroize::Zeroize;
use serde_json::Value;

use super::expiry;
use super::refusal::{self, GrantType, RefusalKind};
use crate::error::{ApiError, ErrorKind};
use crate::wire::redact::without;
use crate::wire::{DecodeError, Secret};

/// The tokens of a successful response.
pub(super) struct Issued {
    pub(super) access_token: Secret,
    pub(super) refresh_token: Option<Secret>,
    pub(super) lifetime: Duration,
}

/// A response without a token.
pub(super) struct Denied {
    pub(super) refusal: RefusalKind,
    pub(super) kind: ErrorKind,
}

/// Reads the response to a request with this grant. `was_valid` states whether the grant has given a token before;
/// `secrets` are those of the request, which the error must not contain.
pub(super) fn read(
    status: u16,
    body: Bytes,
    grant_type: GrantType,
    was_valid: bool,
    secrets: &[Secret],
) -> Result<Issued, Denied> {
    let mut json: Value = match status {
        200 => serde_json::from_slice(&body).unwrap_or_default(),
        _ => Value::Null,
    };
    let mut secret = |name: &str| match json.get_mut(name).map(Value::take) {
        Some(Value::String(text)) if is_token(&text) => Some(Secret::new(text)),
        _ => None,
    };
    let (access_token, refresh_token) = (secret("access_token"), secret("refresh_token"));
    if let Some(access_token) = access_token {
        wipe(body);
        return Ok(Issued {
            access_token,
            refresh_token,
            lifetime: expiry::lifetime(json.get("expires_in")),
        });
    }
    if let Some(status) = refusal::error_status(status, &json) {
        let refusal = refusal::classify(status, &body, grant_type, was_valid);
        let error = ApiError::read(status, without(body, secrets));
        let kind = match refusal {
            RefusalKind::Credentials => ErrorKind::Unauthorized(error),
            RefusalKind::Reconnect => ErrorKind::Reconnect(error),
            RefusalKind::Later | RefusalKind::Other => ErrorKind::Api(error),
        };
        return Err(Denied { refusal, kind });
    }
    wipe(body);
    // Without the body: it can contain a token.
    let error = DecodeError::new("a token response with `access_token`", "[redacted]");
    Err(Denied {
        refusal: RefusalKind::Other,
        kind: ErrorKind::Decode {
            status,
            error,
            body: Bytes::new(),
        },
    })
}

/// Overwrites a response body, unless the transport still holds it.
fn wipe(body: Bytes) {
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
}

/// Returns whether the text can be sent in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
