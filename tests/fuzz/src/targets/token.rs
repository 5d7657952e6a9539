//! What the token endpoint answers, for each way to ask for a token.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Response, StatusCode};
use procountor_api::v2604::{self, InvoiceId, operations::GetInvoice};
use procountor_api::{
    Client, Error, M2mCredentials, OnBehalfCredentials,
    auth::Login,
    operation::{Access, CanCall, Endpoint},
    retry::RetryPolicy,
};
use serde_json::Value;

use super::server::{Paused, Server};
use super::{Target, checks};
use crate::case::Case;

/// The client secret, and what else a token is asked for with: as they are, and as a form writes them.
const SECRETS: [&str; 4] = [
    "hush/secret+1==",
    "hush%2Fsecret%2B1%3D%3D",
    "hush/key+2==",
    "hush%2Fkey%2B2%3D%3D",
];

struct Token {
    runtime: Paused,
    login: Login,
}

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    let runtime = Paused::new()?;
    let login = serde_json::json!({
        "page": "https://books.example/login",
        "origin": "https://books.example",
        "clientId": "client",
        "redirectUri": "https://shop.example/callback",
        "state": "state",
    });
    let login = serde_json::from_value(login).map_err(|error| error.to_string())?;
    Ok(Box::new(Token { runtime, login }))
}

impl Target for Token {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let answer = case.answer();
        let expected = expected(&answer);
        let server =
            Server::new(
                move |request| match request.uri().path().ends_with("/oauth/token") {
                    true => repeated(answer.status(), answer.headers(), answer.body().clone()),
                    false => refusal(request.headers()),
                },
            );
        let builder = server.builder(v2604::Client::builder());
        let builder = match case.setting("retry") {
            Some("default") => builder.retry(RetryPolicy::default()),
            _ => builder,
        };
        let [secret, _, key, written_key] = SECRETS;
        let built = |error: Error| error.to_string();
        match case.setting("call") {
            Some("person") => {
                let person = OnBehalfCredentials::new("client", secret, key);
                let client = builder.on_behalf(person).build().map_err(built)?;
                let work = uses(&client, &server, expected.as_deref());
                self.runtime.block_on(work)
            }
            Some("code") => {
                let url = format!("code={written_key}&state=state");
                let code = self.login.clone().callback(&url);
                let code = code.map_err(|error| error.to_string())?;
                let client = builder.login(code, secret).build().map_err(built)?;
                let work = uses(&client, &server, expected.as_deref());
                self.runtime.block_on(work)
            }
            _ => {
                let machine = M2mCredentials::new("client", secret, key);
                let client = builder.m2m(machine).build().map_err(built)?;
                let work = uses(&client, &server, expected.as_deref());
                self.runtime.block_on(work)
            }
        }
    }
}

/// A server that tells everybody what it was shown.
fn refusal(headers: &HeaderMap) -> Response<Bytes> {
    let bearer = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let start = br#"{"errors":[{"message":"no: "#;
    let body = [start, bearer.unwrap_or_default(), br#""}]}"#].concat();
    repeated(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.into())
}

/// Gets a token, uses it, waits, and gets another.
async fn uses<A>(
    client: &Client<v2604::V2604, A>,
    server: &Server,
    expected: Option<&str>,
) -> Result<(), String>
where
    A: Access + CanCall<GetInvoice, <GetInvoice as Endpoint>::Access>,
{
    match (client.authorize().await, expected) {
        (Ok(()), None) => {
            return Err("there was no token in the answer, and it was taken for one".to_owned());
        }
        (Ok(()), Some(token)) => {
            let refused = client.call(GetInvoice::new(InvoiceId(1))).send().await;
            let sent = server
                .last()
                .and_then(|request| request.headers().get(AUTHORIZATION).cloned());
            let expected = format!("Bearer {token}");
            if sent.is_none_or(|sent| sent.as_bytes() != expected.as_bytes()) {
                return Err("the token that was sent is not the one that came".to_owned());
            }
            if let (Err(error), true) = (refused, token.contains("hush")) {
                checks::error(&error, &[token])?;
            }
        }
        (Err(error), None) => checks::error(&error, &SECRETS)?,
        (Err(error), Some(_)) => {
            return Err(format!("the token in the answer was not taken: {error}"));
        }
    }
    tokio::time::advance(Duration::from_secs(3600)).await;
    match client.authorize().await {
        Ok(()) => Ok(()),
        Err(error) => checks::error(&error, &SECRETS),
    }
}

/// The token in the answer, read by somebody else.
fn expected(answer: &Response<Bytes>) -> Option<String> {
    if answer.status() != 200 {
        return None;
    }
    let json: Value = serde_json::from_slice(answer.body()).ok()?;
    let token = json.get("access_token")?.as_str()?;
    let can_be_sent = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    can_be_sent.then(|| token.to_owned())
}

fn repeated(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers.clone();
    answer
}
