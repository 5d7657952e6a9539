//! Responses of the token endpoint, for each grant.

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

use super::server::{PausedRuntime, Server};
use super::{Target, checks};
use crate::case::Case;

/// The client secret and the API key, refresh token or code, each as plain and as form-encoded text.
const SECRETS: [&str; 4] = [
    "hush/secret+1==",
    "hush%2Fsecret%2B1%3D%3D",
    "hush/key+2==",
    "hush%2Fkey%2B2%3D%3D",
];

struct Token {
    runtime: PausedRuntime,
    login: Login,
}

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    let runtime = PausedRuntime::new()?;
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
        let response = case.response();
        let expected = expected_token(&response);
        let server = Server::new(move |request| {
            let is_token = request.uri().path().ends_with("/oauth/token");
            if is_token {
                response.clone()
            } else {
                reveal(request.headers())
            }
        });
        let mut builder = server.builder(v2604::Client::builder());
        if case.setting("retry") == Some("default") {
            builder = builder.retry(RetryPolicy::default());
        }
        let [secret, _, key, encoded_key] = SECRETS;
        let invalid = |error: Error| error.to_string();
        let expected = expected.as_deref();
        match case.setting("call") {
            Some("person") => {
                let credentials = OnBehalfCredentials::new("client", secret, key);
                let client = builder.on_behalf(credentials).build().map_err(invalid)?;
                self.runtime
                    .block_on(use_tokens(&client, &server, expected))
            }
            Some("code") => {
                let url = format!("code={encoded_key}&state=state");
                let code = self.login.clone().callback(&url);
                let code = code.map_err(|error| error.to_string())?;
                let client = builder.login(code, secret).build().map_err(invalid)?;
                self.runtime
                    .block_on(use_tokens(&client, &server, expected))
            }
            _ => {
                let credentials = M2mCredentials::new("client", secret, key);
                let client = builder.m2m(credentials).build().map_err(invalid)?;
                self.runtime
                    .block_on(use_tokens(&client, &server, expected))
            }
        }
    }
}

/// Returns an error response that reveals the access token of the request.
fn reveal(headers: &HeaderMap) -> Response<Bytes> {
    let bearer = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let start = br#"{"errors":[{"message":"no: "#;
    let body = [start, bearer.unwrap_or_default(), br#""}]}"#].concat();
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// Gets a token, uses it, lets it expire, and gets another one.
async fn use_tokens<A>(
    client: &Client<v2604::V2604, A>,
    server: &Server,
    expected: Option<&str>,
) -> Result<(), String>
where
    A: Access + CanCall<GetInvoice, <GetInvoice as Endpoint>::Access>,
{
    match (client.authorize().await, expected) {
        (Ok(()), None) => return Err("a response without a token was accepted".to_owned()),
        (Ok(()), Some(token)) => {
            let result = client.call(GetInvoice::new(InvoiceId(1))).send().await;
            let request = server.last_request();
            let sent = request
                .as_ref()
                .and_then(|request| request.headers().get(AUTHORIZATION));
            let expected = format!("Bearer {token}");
            if sent.is_none_or(|sent| sent.as_bytes() != expected.as_bytes()) {
                return Err("the token sent is not the token received".to_owned());
            }
            if let (Err(error), true) = (result, token.contains("hush")) {
                checks::error(&error, &[token])?;
            }
        }
        (Err(error), None) => checks::error(&error, &SECRETS)?,
        (Err(error), Some(_)) => return Err(format!("a valid token was rejected: {error}")),
    }
    tokio::time::advance(Duration::from_secs(3600)).await;
    match client.authorize().await {
        Ok(()) => Ok(()),
        Err(error) => checks::error(&error, &SECRETS),
    }
}

/// Parses the token independently of the SDK.
fn expected_token(response: &Response<Bytes>) -> Option<String> {
    if response.status() != 200 {
        return None;
    }
    let json: Value = serde_json::from_slice(response.body()).ok()?;
    let token = json.get("access_token")?.as_str()?;
    let can_be_sent = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    can_be_sent.then(|| token.to_owned())
}
