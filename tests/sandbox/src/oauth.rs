//! The token endpoint, with three grants.

use std::time::Instant;

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;

use crate::check::text;
use crate::credentials::{CLIENT_ID, CLIENT_SECRET};
use crate::json::Json;
use crate::ledger::{AuthEvent, Ledger};
use crate::response::{Problem, Response};
use crate::token::{Principal, Purpose, Tokens};

const FORM: &str = "application/x-www-form-urlencoded";

/// A grant: its name, the parameter with its credential, and its required and optional parameters.
struct Grant {
    name: &'static str,
    credential: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const GRANTS: &[Grant] = &[
    Grant {
        name: "client_credentials",
        credential: "api_key",
        required: &["client_id", "client_secret", "api_key"],
        optional: &["redirect_uri"],
    },
    Grant {
        name: "refresh_token",
        credential: "refresh_token",
        required: &["client_id", "client_secret", "refresh_token"],
        optional: &["redirect_uri"],
    },
    Grant {
        name: "authorization_code",
        credential: "code",
        required: &["client_id", "client_secret", "code", "redirect_uri"],
        optional: &[],
    },
];

/// Handles a token request.
pub(crate) fn token(
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    method: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
    now: Instant,
) -> Response {
    let accepted = parse(method, query, headers, body)
        .map_err(|problems| Response::errors(&problems))
        .and_then(|(grant, parameters)| {
            validate(tokens, grant, &parameters, now)?;
            Ok((grant, parameters))
        });
    match accepted {
        Ok((grant, parameters)) => {
            let refresh = refresh(tokens, ledger, grant, &parameters);
            ledger.auth.push(AuthEvent::TokenGiven(grant.name));
            Response::json(200, &issue(tokens, grant, &parameters, refresh, now))
        }
        Err(response) => {
            ledger.auth.push(AuthEvent::TokenRefused(response.status));
            response
        }
    }
}

type Parameters = Vec<(String, String)>;

/// Parses the form and checks its parameters, without their values.
fn parse(
    method: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(&'static Grant, Parameters), Vec<Problem>> {
    if method != "POST" {
        let message = format!("{method} is not allowed on the token endpoint; allowed: POST");
        return Err(Problem::new(405, message).into());
    }
    let mut problems = Vec::new();
    if query.is_some() {
        problems.push(Problem::new(
            400,
            "send the parameters of a token request in the body, not in the URL",
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
    check_parameters(grant, &parameters, &mut problems);
    if problems.is_empty() {
        Ok((grant, parameters))
    } else {
        Err(problems)
    }
}

/// Checks the names of the parameters, and that required ones have a value.
fn check_parameters(grant: &Grant, parameters: &Parameters, problems: &mut Vec<Problem>) {
    for name in grant.required {
        if !parameters
            .iter()
            .any(|(known, value)| known == name && !value.is_empty())
        {
            problems.push(Problem::at(*name, "is required"));
        }
    }
    for (index, (name, _)) in parameters.iter().enumerate() {
        let mut known = grant.required.iter().chain(grant.optional);
        if name != "grant_type" && !known.any(|known| known == name) {
            let message = format!("is not a parameter of the grant {}", grant.name);
            problems.push(Problem::at(name, message));
        }
        if parameters[..index]
            .iter()
            .any(|(earlier, _)| earlier == name)
        {
            problems.push(Problem::at(name, "is sent several times"));
        }
    }
}

fn value<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    let found = parameters.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// Builds an error response according to RFC 6749, section 5.2: 401 for an unknown client, and 400 otherwise.
fn oauth_error(code: &str, problem: &Problem) -> Response {
    let status = if code == "invalid_client" { 401 } else { 400 };
    let body = [
        ("error", code.into()),
        ("error_description", problem.message.as_str().into()),
    ];
    Response::json(status, &Json::object(body))
}

/// Checks the credentials in the form. This uses up a code, unless the client is wrong.
fn validate(
    tokens: &mut Tokens,
    grant: &Grant,
    parameters: &Parameters,
    now: Instant,
) -> Result<(), Response> {
    let oauth_errors = tokens.settings.oauth_errors;
    let refuse = |status: u16, name: &str, code: &str| {
        let mut problem = Problem::new(status, format!("the {name} is not valid"));
        problem.field = Some(name.to_owned()).filter(|_| status == 400);
        Err(if oauth_errors {
            oauth_error(code, &problem)
        } else {
            Response::errors(&[problem])
        })
    };
    for (name, expected) in [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)] {
        if value(parameters, name) != expected {
            return refuse(401, name, "invalid_client");
        }
    }
    let good = match grant.name {
        "client_credentials" => tokens.has_key(value(parameters, "api_key")),
        "refresh_token" => tokens.has_refresh(value(parameters, "refresh_token")),
        _ if value(parameters, "redirect_uri") != tokens.settings.redirect_uri => {
            return refuse(400, "redirect_uri", "invalid_grant");
        }
        _ => tokens.use_code(value(parameters, "code"), Purpose::Tokens, now),
    };
    if good {
        Ok(())
    } else {
        refuse(401, grant.credential, "invalid_grant")
    }
}

/// Returns the refresh token for the response.
fn refresh(
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    grant: &Grant,
    parameters: &Parameters,
) -> Option<String> {
    match grant.name {
        "authorization_code" => {
            let refresh = tokens.issue_refresh();
            tokens.link_code(value(parameters, "code"), &refresh);
            Some(refresh)
        }
        "refresh_token" => {
            let shown = value(parameters, "refresh_token");
            let refresh = tokens.rotate_refresh(shown);
            if refresh != shown {
                ledger.auth.push(AuthEvent::RefreshTokenRotated);
            }
            Some(refresh)
        }
        _ => None,
    }
}

fn issue(
    tokens: &mut Tokens,
    grant: &Grant,
    parameters: &Parameters,
    refresh: Option<String>,
    now: Instant,
) -> Json {
    let (principal, source) = match &refresh {
        Some(refresh) => (Principal::Person, refresh.as_str()),
        None => (Principal::Machine, value(parameters, grant.credential)),
    };
    let mut answer = Json::object([
        (
            "access_token",
            tokens.issue(principal, Some(source), now).into(),
        ),
        (
            "expires_in",
            Json::number(tokens.settings.lifetime.as_secs()),
        ),
        ("token_type", "Bearer".into()),
    ]);
    if let Some(refresh) = refresh {
        answer.set("refresh_token", refresh);
    }
    answer
}
