//! What a refusal of the token endpoint means: who must do something about it. The vendor does not state which answers it
//! gives, so the tables know those of OAuth 2.0 (RFC 6749, sections 4.1.2.1 and 5.2), and go by the status otherwise.

use std::ops::RangeInclusive;

use serde_json::Value;

/// What must happen before it is worth asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// Nothing but time must pass.
    Later,
    /// A person must connect again: the API key or the refresh token is no longer good.
    Reconnect,
    /// Somebody must correct the credentials.
    Credentials,
    /// The request is not what the server takes, or did not reach it: about the credentials this says nothing.
    Refused,
}

/// What a token was asked for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantType {
    /// An API key.
    Key,
    /// A refresh token.
    Refresh,
    /// A code of the login page.
    Code,
}

/// The server is not able to answer now, whatever it says with that.
const LATER: [RangeInclusive<u16>; 4] = [408..=408, 425..=425, 429..=429, 500..=599];

/// What the codes of OAuth mean.
const CODES: [(&str, RefusalKind); 12] = [
    ("invalid_grant", RefusalKind::Reconnect),
    ("access_denied", RefusalKind::Reconnect),
    ("consent_required", RefusalKind::Reconnect),
    ("interaction_required", RefusalKind::Reconnect),
    ("login_required", RefusalKind::Reconnect),
    ("invalid_client", RefusalKind::Credentials),
    ("unauthorized_client", RefusalKind::Credentials),
    ("invalid_request", RefusalKind::Refused),
    ("invalid_scope", RefusalKind::Refused),
    ("unsupported_grant_type", RefusalKind::Refused),
    ("server_error", RefusalKind::Later),
    ("temporarily_unavailable", RefusalKind::Later),
];

/// The statuses that speak of the credentials, and whether only with a body that is JSON: a gateway in front of the API
/// says 403 as well, and in HTML.
const ABOUT_CREDENTIALS: [(u16, bool); 3] = [(400, true), (401, false), (403, true)];

/// What such a status means without a code, by what was shown and by whether it has ever been good.
const BY_USE: [(GrantType, bool, RefusalKind); 6] = [
    // It was good before, and now it is not: revoked, or its user is gone.
    (GrantType::Key, true, RefusalKind::Reconnect),
    (GrantType::Key, false, RefusalKind::Credentials),
    // The client secret was good when the refresh token was given out.
    (GrantType::Refresh, true, RefusalKind::Reconnect),
    (GrantType::Refresh, false, RefusalKind::Reconnect),
    (GrantType::Code, true, RefusalKind::Credentials),
    // To send the person to the login page again would not end when the secret is wrong.
    (GrantType::Code, false, RefusalKind::Credentials),
];

/// Reads a refusal: its status, its body, what was shown, and whether that has been good before.
pub(crate) fn meaning(status: u16, body: &[u8], shown: GrantType, worked: bool) -> RefusalKind {
    if LATER.iter().any(|range| range.contains(&status)) {
        return RefusalKind::Later;
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let said = json.as_ref().map(texts).unwrap_or_default();
    let known = |text: &&str| CODES.iter().find(|(code, _)| code == text);
    if let Some((_, meaning)) = said.iter().find_map(known) {
        return *meaning;
    }
    let about = ABOUT_CREDENTIALS
        .iter()
        .any(|(known, in_json)| *known == status && (json.is_some() || !in_json));
    BY_USE
        .iter()
        .find(|(what, before, _)| about && (*what, *before) == (shown, worked))
        .map_or(RefusalKind::Refused, |(_, _, meaning)| *meaning)
}

/// The status of an answer: what the body says, if it says no below a 200, which has been seen of this server.
pub(crate) fn status(status: u16, json: &Value) -> Option<u16> {
    if status != 200 {
        return Some(status);
    }
    let errors = json.get("errors").and_then(Value::as_array);
    if errors.is_none() && json.get("error").is_none() {
        return None;
    }
    let said = errors
        .and_then(|errors| errors.first()?.get("status")?.as_u64())
        .and_then(|status| u16::try_from(status).ok());
    Some(said.filter(|said| (400..600).contains(said)).unwrap_or(400))
}

/// Where a code may stand.
fn texts(json: &Value) -> Vec<&str> {
    let errors = json.get("errors").and_then(Value::as_array);
    let messages = errors
        .into_iter()
        .flatten()
        .filter_map(|error| error.get("message")?.as_str());
    let error = json.get("error").and_then(Value::as_str);
    error.into_iter().chain(messages).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const SHOWN: [GrantType; 3] = [GrantType::Key, GrantType::Refresh, GrantType::Code];

    /// Every status, with the bodies that matter, told in ranges.
    #[test]
    fn every_status_has_a_meaning() {
        let bodies = [
            ("nothing", ""),
            ("HTML", "<html>no</html>"),
            ("JSON", r#"{"errors":[{"message":"no"}]}"#),
        ];
        let mut text = String::new();
        for (name, body) in bodies {
            for shown in SHOWN {
                for worked in [false, true] {
                    let mut last = None;
                    text += &format!(
                        "{name}, {shown:?}, {}:",
                        if worked { "was good" } else { "new" }
                    );
                    for status in 201..=599 {
                        let meaning = meaning(status, body.as_bytes(), shown, worked);
                        if last != Some(meaning) {
                            text += &format!(" {status} {meaning:?}");
                        }
                        last = Some(meaning);
                    }
                    text += "\n";
                }
            }
        }
        expect![[r#"
            nothing, Key, new: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            nothing, Key, was good: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            nothing, Refresh, new: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            nothing, Refresh, was good: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            nothing, Code, new: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            nothing, Code, was good: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Key, new: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Key, was good: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Refresh, new: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Refresh, was good: 201 Refused 401 Reconnect 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Code, new: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            HTML, Code, was good: 201 Refused 401 Credentials 402 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Key, new: 201 Refused 400 Credentials 402 Refused 403 Credentials 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Key, was good: 201 Refused 400 Reconnect 402 Refused 403 Reconnect 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Refresh, new: 201 Refused 400 Reconnect 402 Refused 403 Reconnect 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Refresh, was good: 201 Refused 400 Reconnect 402 Refused 403 Reconnect 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Code, new: 201 Refused 400 Credentials 402 Refused 403 Credentials 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
            JSON, Code, was good: 201 Refused 400 Credentials 402 Refused 403 Credentials 404 Refused 408 Later 409 Refused 425 Later 426 Refused 429 Later 430 Refused 500 Later
        "#]].assert_eq(&text);
    }

    #[test]
    fn a_code_counts_more_than_the_status_unless_the_server_is_in_trouble() {
        for (code, expected) in CODES {
            let bodies = [
                format!(r#"{{"error":"{code}","error_description":"x"}}"#),
                format!(r#"{{"errors":[{{"status":400,"message":"{code}"}}]}}"#),
            ];
            for body in bodies {
                for shown in SHOWN {
                    for status in [302, 400, 401, 403, 404] {
                        assert_eq!(
                            meaning(status, body.as_bytes(), shown, false),
                            expected,
                            "{body}"
                        );
                    }
                    for status in [408, 425, 429, 500, 503, 599] {
                        assert_eq!(
                            meaning(status, body.as_bytes(), shown, true),
                            RefusalKind::Later
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_no_below_200_is_a_no() {
        for (body, expected) in [
            (r#"{"access_token":"a"}"#, None),
            ("[]", None),
            (r#"{"errors":[{"status":401,"message":"x"}]}"#, Some(401)),
            (r#"{"errors":[{"status":200,"message":"x"}]}"#, Some(400)),
            (r#"{"errors":[]}"#, Some(400)),
            (r#"{"error":"invalid_grant"}"#, Some(400)),
        ] {
            let json = serde_json::from_str(body).unwrap();
            assert_eq!(status(200, &json), expected, "{body}");
        }
        assert_eq!(status(503, &Value::Null), Some(503));
    }
}
