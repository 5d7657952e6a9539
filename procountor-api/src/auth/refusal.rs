//! The meaning of a refusal by the token endpoint: who must act on it.
//!
//! The vendor does not document the error responses. The tables know the codes of OAuth 2.0 (RFC 6749, sections 4.1.2.1
//! and 5.2); without a known code, the status decides.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::error::ErrorBody;

/// The condition under which another token request can succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalKind {
    /// After some time.
    Later,
    /// After a person has connected again: the API key or the refresh token is not valid any more.
    Reconnect,
    /// After the client id, the client secret or the API key was corrected.
    Credentials,
    /// Unknown: the refusal does not concern the credentials.
    Other,
}

/// The type of a grant, as far as the meaning of a refusal depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantType {
    ApiKey,
    RefreshToken,
    AuthorizationCode,
}

/// The statuses of a server that is not able to respond now, whatever the response body is.
const LATER: [RangeInclusive<u16>; 4] = [408..=408, 425..=425, 429..=429, 500..=599];

/// The codes of OAuth.
const CODES: [(&str, RefusalKind); 12] = [
    ("invalid_grant", RefusalKind::Reconnect),
    ("access_denied", RefusalKind::Reconnect),
    ("consent_required", RefusalKind::Reconnect),
    ("interaction_required", RefusalKind::Reconnect),
    ("login_required", RefusalKind::Reconnect),
    ("invalid_client", RefusalKind::Credentials),
    ("unauthorized_client", RefusalKind::Credentials),
    ("invalid_request", RefusalKind::Other),
    ("invalid_scope", RefusalKind::Other),
    ("unsupported_grant_type", RefusalKind::Other),
    ("server_error", RefusalKind::Later),
    ("temporarily_unavailable", RefusalKind::Later),
];

/// The statuses that concern the credentials, and whether they do so only with a JSON body: a gateway in front of the
/// API sends 403 as well, with HTML.
const ABOUT_CREDENTIALS: [(u16, bool); 3] = [(400, true), (401, false), (403, true)];

/// The meaning of such a status without a code, by the type of the grant and by whether it was valid before.
const BY_GRANT: [(GrantType, bool, RefusalKind); 6] = [
    // It was valid and is not any more: it was revoked, or its user has left.
    (GrantType::ApiKey, true, RefusalKind::Reconnect),
    (GrantType::ApiKey, false, RefusalKind::Credentials),
    // The client secret was valid when the refresh token was issued.
    (GrantType::RefreshToken, true, RefusalKind::Reconnect),
    (GrantType::RefreshToken, false, RefusalKind::Reconnect),
    (GrantType::AuthorizationCode, true, RefusalKind::Credentials),
    // If the secret is wrong, another login would end here as well, again and again.
    (
        GrantType::AuthorizationCode,
        false,
        RefusalKind::Credentials,
    ),
];

/// Classifies an error response to a request with this grant.
pub(super) fn classify(
    status: u16,
    body: &[u8],
    grant_type: GrantType,
    was_valid: bool,
) -> RefusalKind {
    if LATER.iter().any(|range| range.contains(&status)) {
        return RefusalKind::Later;
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let known = |text: &str| CODES.iter().find(|(code, _)| *code == text);
    let body = json.as_ref().map(ErrorBody);
    if let Some((_, kind)) = body.and_then(|body| body.codes().find_map(known)) {
        return *kind;
    }
    let about_credentials = ABOUT_CREDENTIALS
        .iter()
        .any(|(known, json_only)| *known == status && (json.is_some() || !json_only));
    BY_GRANT
        .iter()
        .find(|(known, valid, _)| about_credentials && (*known, *valid) == (grant_type, was_valid))
        .map_or(RefusalKind::Other, |(_, _, kind)| *kind)
}

/// Returns the status of an error response. This server sends some of them with status 200; then the body has the
/// status.
pub(super) fn error_status(status: u16, json: &Value) -> Option<u16> {
    if status == 200 {
        ErrorBody(json).status()
    } else {
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const GRANT_TYPES: [GrantType; 3] = [
        GrantType::ApiKey,
        GrantType::RefreshToken,
        GrantType::AuthorizationCode,
    ];

    /// Every status, with each kind of body, in ranges.
    #[test]
    fn every_status_is_classified() {
        let bodies = [
            ("empty", ""),
            ("HTML", "<html>no</html>"),
            ("JSON", r#"{"errors":[{"message":"no"}]}"#),
        ];
        let mut text = String::new();
        for (name, body) in bodies {
            for grant_type in GRANT_TYPES {
                for was_valid in [false, true] {
                    let mut last = None;
                    let history = if was_valid { "was valid" } else { "new" };
                    text += &format!("{name}, {grant_type:?}, {history}:");
                    for status in 201..=599 {
                        let kind = classify(status, body.as_bytes(), grant_type, was_valid);
                        if last != Some(kind) {
                            text += &format!(" {status} {kind:?}");
                        }
                        last = Some(kind);
                    }
                    text += "\n";
                }
            }
        }
        expect![[r#"
            empty, ApiKey, new: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            empty, ApiKey, was valid: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            empty, RefreshToken, new: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            empty, RefreshToken, was valid: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            empty, AuthorizationCode, new: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            empty, AuthorizationCode, was valid: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, ApiKey, new: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, ApiKey, was valid: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, RefreshToken, new: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, RefreshToken, was valid: 201 Other 401 Reconnect 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, AuthorizationCode, new: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            HTML, AuthorizationCode, was valid: 201 Other 401 Credentials 402 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, ApiKey, new: 201 Other 400 Credentials 402 Other 403 Credentials 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, ApiKey, was valid: 201 Other 400 Reconnect 402 Other 403 Reconnect 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, RefreshToken, new: 201 Other 400 Reconnect 402 Other 403 Reconnect 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, RefreshToken, was valid: 201 Other 400 Reconnect 402 Other 403 Reconnect 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, AuthorizationCode, new: 201 Other 400 Credentials 402 Other 403 Credentials 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
            JSON, AuthorizationCode, was valid: 201 Other 400 Credentials 402 Other 403 Credentials 404 Other 408 Later 409 Other 425 Later 426 Other 429 Later 430 Other 500 Later
        "#]].assert_eq(&text);
    }

    #[test]
    fn a_code_takes_precedence_over_the_status_unless_the_server_is_unavailable() {
        for (code, expected) in CODES {
            let bodies = [
                format!(r#"{{"error":"{code}","error_description":"x"}}"#),
                format!(r#"{{"errors":[{{"status":400,"message":"{code}"}}]}}"#),
            ];
            for body in bodies {
                for grant_type in GRANT_TYPES {
                    for status in [302, 400, 401, 403, 404] {
                        let kind = classify(status, body.as_bytes(), grant_type, false);
                        assert_eq!(kind, expected, "{body}");
                    }
                    for status in [408, 425, 429, 500, 503, 599] {
                        let kind = classify(status, body.as_bytes(), grant_type, true);
                        assert_eq!(kind, RefusalKind::Later);
                    }
                }
            }
        }
    }

    #[test]
    fn an_error_response_with_status_200_is_an_error() {
        for (body, expected) in [
            (r#"{"access_token":"a"}"#, None),
            ("[]", None),
            (r#"{"errors":[{"status":401,"message":"x"}]}"#, Some(401)),
            (r#"{"errors":[{"status":200,"message":"x"}]}"#, Some(400)),
            (r#"{"errors":[]}"#, Some(400)),
            (r#"{"error":"invalid_grant"}"#, Some(400)),
        ] {
            let json = serde_json::from_str(body).unwrap();
            assert_eq!(error_status(200, &json), expected, "{body}");
        }
        assert_eq!(error_status(503, &Value::Null), Some(503));
    }
}
