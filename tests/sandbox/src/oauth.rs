//! The token endpoint: three grants, told apart by `grant_type`, and nothing else accepted.

use std::time::Instant;

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;

use crate::check::text;
use crate::credentials::{API_KEY, AUTHORIZATION_CODE, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI};
use crate::json::Json;
use crate::reply::{Problem, Reply};
use crate::token::{Holder, Tokens};

const FORM: &str = "application/x-www-form-urlencoded";

/// A grant: its name, the parameters that it needs, and those that it may have.
struct Grant {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const GRANTS: &[Grant] = &[
    Grant {
        name: "client_credentials",
        required: &["client_id", "client_secret", "api_key"],
        optional: &["redirect_uri"],
    },
    Grant {
        name: "refresh_token",
        required: &["client_id", "client_secret", "refresh_token"],
        optional: &["redirect_uri"],
    },
    Grant {
        name: "authorization_code",
        required: &["client_id", "client_secret", "code", "redirect_uri"],
        optional: &[],
    },
];

/// The value that a parameter must have, and what a wrong one means. The refresh token is looked up instead.
const EXPECTED: &[(&str, &str, u16)] = &[
    ("client_id", CLIENT_ID, 401),
    ("client_secret", CLIENT_SECRET, 401),
    ("api_key", API_KEY, 401),
    ("code", AUTHORIZATION_CODE, 401),
    ("redirect_uri", REDIRECT_URI, 400),
];

/// Answers a token request.
pub(crate) fn token(
    tokens: &mut Tokens,
    method: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
    now: Instant,
) -> Reply {
    match read(method, query, headers, body).and_then(|(grant, parameters)| {
        accept(tokens, grant, &parameters).map(|()| (grant, parameters))
    }) {
        Ok((grant, parameters)) => Reply::json(200, &issue(tokens, grant, &parameters, now)),
        Err(problems) => Reply::refusal(&problems),
    }
}

type Parameters = Vec<(String, String)>;

/// Reads the form; its shape is checked before anything that it says.
fn read(
    method: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(&'static Grant, Parameters), Vec<Problem>> {
    if method != "POST" {
        return Err(vec![Problem::new(
            405,
            format!("{method} is not allowed on the token endpoint; allowed: POST"),
        )]);
    }
    let mut problems = Vec::new();
    if query.is_some() {
        problems.push(Problem::new(
            400,
            "the parameters of a token request belong into the body, not into the URL",
        ));
    }
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if media != FORM {
        problems.push(Problem::new(
            400,
            format!("the content type must be exactly {FORM}, without a charset; found `{media}`"),
        ));
    }
    let parameters = text::pairs(&String::from_utf8_lossy(body), &mut problems);
    let named = parameters
        .iter()
        .find(|(name, _)| name == "grant_type")
        .map(|(_, value)| value.as_str());
    let Some(grant) = GRANTS.iter().find(|grant| Some(grant.name) == named) else {
        let known: Vec<_> = GRANTS.iter().map(|grant| grant.name).collect();
        problems.push(Problem::at(
            "grant_type",
            format!("must be one of {}", known.join(", ")),
        ));
        return Err(problems);
    };
    for name in grant.required {
        if !parameters
            .iter()
            .any(|(known, value)| known == name && !value.is_empty())
        {
            problems.push(Problem::at(*name, "is required"));
        }
    }
    for (index, (name, _)) in parameters.iter().enumerate() {
        if name != "grant_type"
            && !grant
                .required
                .iter()
                .chain(grant.optional)
                .any(|known| known == name)
        {
            problems.push(Problem::at(
                name,
                format!("is no parameter of the grant {}", grant.name),
            ));
        }
        if parameters
            .iter()
            .take(index)
            .any(|(earlier, _)| earlier == name)
        {
            problems.push(Problem::at(name, "is sent several times"));
        }
    }
    if problems.is_empty() {
        Ok((grant, parameters))
    } else {
        Err(problems)
    }
}

/// Checks what the form says.
fn accept(tokens: &Tokens, grant: &Grant, parameters: &Parameters) -> Result<(), Vec<Problem>> {
    for (name, value) in parameters {
        let wrong = EXPECTED
            .iter()
            .find(|(known, expected, _)| known == name && expected != value);
        // With an API key the redirect URI plays no role.
        let matters = name != "redirect_uri" || grant.name == "authorization_code";
        if let Some((name, _, status)) = wrong.filter(|_| matters) {
            let mut problem = Problem::new(*status, format!("the {name} is not valid"));
            problem.field = Some((*name).to_owned()).filter(|_| *status == 400);
            return Err(vec![problem]);
        }
        if name == "api_key" && tokens.key_revoked() {
            return Err(vec![Problem::new(401, "the api_key is not valid")]);
        }
        if name == "refresh_token" && !tokens.has_refresh(value) {
            return Err(vec![Problem::new(401, "the refresh_token is not valid")]);
        }
    }
    Ok(())
}

fn issue(tokens: &mut Tokens, grant: &Grant, parameters: &Parameters, now: Instant) -> Json {
    let refresh = match grant.name {
        "authorization_code" => Some(tokens.issue_refresh()),
        // The refresh token stays the same: rotation is not expected.
        _ => parameters
            .iter()
            .find(|(name, _)| name == "refresh_token")
            .map(|(_, value)| value.clone()),
    };
    let holder = if refresh.is_some() {
        Holder::Person
    } else {
        Holder::Machine
    };
    let mut answer = Json::object([
        (
            "access_token",
            tokens.issue(holder, refresh.as_deref(), now).into(),
        ),
        ("expires_in", Json::number(tokens.lifetime().as_secs())),
        ("token_type", "Bearer".into()),
    ]);
    if let Some(refresh) = refresh {
        answer.set("refresh_token", refresh);
    }
    answer
}
