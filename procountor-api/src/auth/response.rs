//! Reads what the token endpoint answers. Of a token nothing stays behind but the secret itself.

use std::time::Duration;

use bytes::Bytes;
use secrecy::zeroize::Zeroize;
use serde_json::Value;

use super::expiry;
use super::refusal::{self, GrantType, RefusalKind};
use crate::error::{ApiError, ErrorKind};
use crate::wire::redact::without;
use crate::wire::{DecodeError, Secret};

/// What the server gave out.
pub(crate) struct Issued {
    pub(crate) access_token: Secret,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) life: Duration,
}

/// Why it gave out nothing.
pub(crate) struct Denied {
    pub(crate) meaning: RefusalKind,
    pub(crate) kind: ErrorKind,
}

/// Reads an answer to what was `shown`, which may have been good before; `secrets` were sent, and must not be told again.
pub(crate) fn read(
    status: u16,
    body: Bytes,
    shown: GrantType,
    worked: bool,
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
            life: expiry::stated(json.get("expires_in")),
        });
    }
    if let Some(status) = refusal::status(status, &json) {
        let meaning = refusal::meaning(status, &body, shown, worked);
        let error = ApiError::read(status, without(body, secrets));
        let kind = match meaning {
            RefusalKind::Credentials => ErrorKind::Unauthorized(error),
            RefusalKind::Reconnect => ErrorKind::Reconnect(error),
            RefusalKind::Later | RefusalKind::Refused => ErrorKind::Api(error),
        };
        return Err(Denied { meaning, kind });
    }
    wipe(body);
    // The body is left out: it may hold a token.
    let error = DecodeError::new("a token answer with `access_token`", "[redacted]");
    Err(Denied {
        meaning: RefusalKind::Refused,
        kind: ErrorKind::Decode {
            status,
            error,
            body: Bytes::new(),
        },
    })
}

/// Overwrites an answer, unless the transport still holds it.
fn wipe(body: Bytes) {
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
}

/// What can stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
