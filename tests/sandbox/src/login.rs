//! The pages where a person logs in for tokens or for an API key, and approves or denies the request.

use std::collections::HashMap;
use std::time::Instant;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::check::text;
use crate::credentials::CLIENT_ID;
use crate::ledger::{AuthEvent, Ledger};
use crate::response::{Problem, Response};
use crate::token::{Purpose, Tokens};

/// The logins without a decision.
#[derive(Debug, Default)]
pub(crate) struct Logins(HashMap<String, Pending>);

#[derive(Debug)]
struct Pending {
    purpose: Purpose,
    state: Option<String>,
}

/// The parameters of a login, and whether they are required.
const PARAMETERS: [(&str, bool); 4] = [
    ("response_type", true),
    ("client_id", true),
    ("redirect_uri", true),
    ("state", false),
];

/// Returns the purpose of the login page at a path.
pub(crate) fn purpose_of(path: &str) -> Option<Purpose> {
    match path {
        "/login" => Some(Purpose::Tokens),
        "/keylogin" => Some(Purpose::Key),
        _ => None,
    }
}

/// Returns the page, whose two buttons serve a browser or a test.
pub(crate) fn show(
    logins: &mut Logins,
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    purpose: Purpose,
    method: &str,
    query: Option<&str>,
) -> Result<Response, Vec<Problem>> {
    if method != "GET" {
        let message = format!("{method} is not allowed on the login page; allowed: GET");
        return Err(Problem::new(405, message).into());
    }
    let id = start(logins, tokens, ledger, purpose, query)?;
    let wish = match purpose {
        Purpose::Tokens => "act for you",
        Purpose::Key => "have an API key",
    };
    let page = format!(
        "<!DOCTYPE html>\n<title>Sandbox login</title>\n<p>{CLIENT_ID} wants to {wish}.</p>\n\
         <form method=\"post\" action=\"/login/decision\">\n<input type=\"hidden\" name=\"login\" value=\"{id}\">\n\
         <button name=\"decision\" value=\"approve\">Approve</button>\n\
         <button name=\"decision\" value=\"deny\">Deny</button>\n</form>\n"
    );
    Ok(Response::bytes(200, "text/html; charset=utf-8", page))
}

/// Checks the parameters and returns the id of a new login.
pub(crate) fn start(
    logins: &mut Logins,
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    purpose: Purpose,
    query: Option<&str>,
) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let pairs = text::pairs(query.unwrap_or_default(), &mut problems);
    for (name, required) in PARAMETERS {
        let count = pairs.iter().filter(|(known, _)| known == name).count();
        match count {
            0 if required => problems.push(Problem::at(name, "is required")),
            0 | 1 => {}
            _ => problems.push(Problem::at(name, "is sent several times")),
        }
    }
    let secrets = tokens.secrets();
    for (name, value) in &pairs {
        if !PARAMETERS.iter().any(|(known, _)| known == name) {
            problems.push(Problem::at(name, "is not a parameter of the login page"));
        }
        if secrets.contains(value) {
            problems.push(Problem::at(name, "a secret must not be sent in the URL"));
        }
        let expected = match name.as_str() {
            "response_type" => "code",
            "client_id" => CLIENT_ID,
            "redirect_uri" => &tokens.settings.redirect_uri,
            _ => continue,
        };
        if value != expected {
            problems.push(Problem::at(name, format!("must be `{expected}`")));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let state = pairs.into_iter().find(|(name, _)| name == "state");
    let state = state.map(|(_, state)| state);
    let id = tokens.random("login");
    logins.0.insert(id.clone(), Pending { purpose, state });
    ledger.auth.push(AuthEvent::LoginShown);
    Ok(id)
}

/// Redirects the browser with the person's decision.
pub(crate) fn decide(
    logins: &mut Logins,
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    method: &str,
    body: &[u8],
    now: Instant,
) -> Result<Response, Vec<Problem>> {
    if method != "POST" {
        let message = format!("{method} is not allowed on the decision; allowed: POST");
        return Err(Problem::new(405, message).into());
    }
    let mut problems = Vec::new();
    let pairs = text::pairs(&String::from_utf8_lossy(body), &mut problems);
    let value = |name: &str| {
        let found = pairs.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let approve = match value("decision") {
        "approve" => true,
        "deny" => false,
        _ => {
            problems.push(Problem::at("decision", "must be `approve` or `deny`"));
            return Err(problems);
        }
    };
    let back = finish(logins, tokens, ledger, value("login"), approve, now);
    let location = back.ok_or_else(|| Problem::at("login", "there is no such login"))?;
    let mut response = Response::empty(303);
    response.headers.push(("location", location));
    Ok(response)
}

/// Returns the URL to which the browser is redirected after the decision.
pub(crate) fn finish(
    logins: &mut Logins,
    tokens: &mut Tokens,
    ledger: &mut Ledger,
    id: &str,
    approve: bool,
    now: Instant,
) -> Option<String> {
    let Pending { purpose, state } = logins.0.remove(id)?;
    let mut url = if approve {
        ledger.auth.push(AuthEvent::LoginApproved);
        let code = tokens.issue_code(purpose, now);
        format!("{}?code={code}", tokens.settings.redirect_uri)
    } else {
        ledger.auth.push(AuthEvent::LoginDenied);
        format!(
            "{}?error=access_denied&error_description=the+user+denied+access",
            tokens.settings.redirect_uri
        )
    };
    if let Some(state) = state {
        url += &format!("&state={}", utf8_percent_encode(&state, NON_ALPHANUMERIC));
    }
    Some(url)
}
