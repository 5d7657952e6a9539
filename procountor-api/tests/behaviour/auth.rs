//! Access tokens: requests, renewal, and errors of the token endpoint, in virtual time.

use std::time::Duration;

use crate::support::{Action, Scripted};
use bytes::Bytes;
use http::Request;
use procountor_api::{
    Error, ErrorKind, M2mCredentials, OnBehalfCredentials, rate::RateLimit, retry::RetryPolicy,
    v2604,
};
use tokio::time::{Instant, sleep};

pub(crate) const STATUS: &str = r#"{"name":"api","version":"26.04"}"#;

pub(crate) fn ok(_: usize, _: &Request<Bytes>) -> Action {
    Action::Answer(200, STATUS)
}

fn token(number: usize, expires_in: &str) -> Action {
    let comma = if expires_in.is_empty() { "" } else { "," };
    Action::Owned(
        200,
        format!(r#"{{"access_token":"token-{number}"{comma}{expires_in}}}"#),
    )
}

pub(crate) async fn status<A>(client: &v2604::Client<A>) -> Result<(), Error>
where
    A: Send + 'static,
{
    let call = client.health_status().get_status();
    call.send().await.map(drop)
}

/// Sends calls concurrently and returns their errors.
async fn together(client: &v2604::Client, calls: usize) -> Vec<Error> {
    let calls: Vec<_> = (0..calls)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let call = client.health_status().get_status();
                call.retry(RetryPolicy::none()).send().await
            })
        })
        .collect();
    let mut errors = Vec::new();
    for call in calls {
        errors.extend(call.await.unwrap().err());
    }
    errors
}

#[tokio::test(start_paused = true)]
async fn every_token_lifetime_is_respected() {
    // What the server says, how long the token is surely used, and when surely no longer.
    for (said, used, over) in [
        (r#""expires_in":3600"#, 3470, 3545),
        (r#""expires_in":"3600""#, 3470, 3545),
        (r#""expires_in":100"#, 79, 91),
        (r#""expires_in":1e300"#, 31_000_000, 31_536_000),
        ("", 235, 271),
        (r#""expires_in":"soon""#, 235, 271),
    ] {
        for (wait, tokens) in [(used, 1), (over, 2)] {
            let server = Scripted::with_tokens(move |count, _| token(count, said), ok);
            let client = server.client();
            status(&client).await.unwrap();
            sleep(Duration::from_secs(wait)).await;
            status(&client).await.unwrap();
            assert_eq!(
                server.token_requests().len(),
                tokens,
                "{said} after {wait} s"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_without_a_lifetime_is_used_by_waiting_calls() {
    for said in [r#""expires_in":0"#, r#""expires_in":-5"#] {
        let server = Scripted::with_tokens(move |count, _| token(count, said), ok);
        let client = server.client();
        assert!(together(&client, 50).await.is_empty());
        assert_eq!(server.token_requests().len(), 1, "{said}");
        assert!(together(&client, 50).await.is_empty());
        assert_eq!(server.token_requests().len(), 2, "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_revoked_in_flight_costs_one_token_request() {
    let server = Scripted::new(|index, request| {
        let old = request.headers()["authorization"] == "Bearer token-1";
        if old && index >= 50 {
            Action::Answer(401, "")
        } else {
            Action::Answer(200, STATUS)
        }
    });
    let client = server.client();
    assert!(together(&client, 200).await.is_empty());
    assert_eq!(server.token_requests().len(), 2);
    // Some were under way with the old token when the others had the new one.
    assert_eq!(server.sent(), 200 + 150);
}

/// Each response of the token endpoint, the resulting error, and whether the request is repeated.
#[tokio::test(start_paused = true)]
async fn token_endpoint_errors_state_who_must_act() {
    const PERSON: (bool, bool) = (true, false);
    const LATER: (bool, bool) = (false, true);
    const NEITHER: (bool, bool) = (false, false);
    for (act, (person, temporary), requests, kind) in [
        (
            Action::Answer(400, r#"{"error":"invalid_client"}"#),
            PERSON,
            1,
            "Unauthorized",
        ),
        (
            Action::Answer(401, r#"{"errors":[{"status":401,"message":"no"}]}"#),
            PERSON,
            1,
            "Unauthorized",
        ),
        (Action::Answer(401, ""), PERSON, 1, "Unauthorized"),
        (
            Action::Answer(400, r#"{"error":"invalid_grant"}"#),
            PERSON,
            1,
            "Reconnect",
        ),
        (
            Action::Answer(200, r#"{"error":"invalid_grant"}"#),
            PERSON,
            1,
            "Reconnect",
        ),
        (
            Action::Answer(403, "<html>gateway</html>"),
            NEITHER,
            1,
            "Api",
        ),
        (Action::Answer(404, ""), NEITHER, 1, "Api"),
        (Action::Answer(302, ""), NEITHER, 1, "Api"),
        (
            Action::Answer(400, r#"{"error":"invalid_request"}"#),
            NEITHER,
            1,
            "Api",
        ),
        (
            Action::Answer(200, "<html>hello</html>"),
            NEITHER,
            1,
            "Decode",
        ),
        (
            Action::Answer(200, r#"{"access_token":"two words"}"#),
            NEITHER,
            1,
            "Decode",
        ),
        (Action::TooLong, NEITHER, 1, "Transport"),
        (Action::Answer(429, ""), LATER, 6, "Api"),
        (
            Action::Answer(503, r#"{"error":"invalid_grant"}"#),
            LATER,
            6,
            "Api",
        ),
        (Action::Lost, LATER, 6, "Transport"),
        (Action::NotSent, LATER, 6, "Transport"),
    ] {
        let answer = act.clone();
        let server = Scripted::with_tokens(move |_, _| answer.clone(), ok);
        let error = status(&server.client()).await.unwrap_err();
        let found = match error.kind() {
            ErrorKind::Unauthorized(_) => "Unauthorized",
            ErrorKind::Reconnect(_) => "Reconnect",
            ErrorKind::Api(_) => "Api",
            ErrorKind::Decode { .. } => "Decode",
            ErrorKind::Transport(_) => "Transport",
            _ => "another",
        };
        assert_eq!(
            (
                error.needs_person(),
                error.is_temporary(),
                server.token_requests().len(),
                found
            ),
            (person, temporary, requests, kind),
            "{act:?}: {error}"
        );
        assert_eq!(server.sent(), 0, "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_valid_before_was_revoked() {
    let refuse = r#"{"errors":[{"status":401,"message":"no"}]}"#;
    let tokens = move |count, _: &Request<Bytes>| match count {
        0 => token(0, r#""expires_in":60"#),
        _ => Action::Answer(401, refuse),
    };
    let server = Scripted::with_tokens(tokens, ok);
    let client = server.client();
    status(&client).await.unwrap();
    sleep(Duration::from_secs(61)).await;
    let error = status(&client).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "getStatus (GET /status): a person must connect again, status 401: no; log in again or create a new API key"
    );
}

#[tokio::test(start_paused = true)]
async fn waiting_calls_share_a_failure() {
    for act in [
        Action::Answer(503, ""),
        Action::Answer(401, ""),
        Action::Lost,
        Action::Answer(200, "?"),
    ] {
        let answer = act.clone();
        let server = Scripted::with_tokens(move |_, _| answer.clone(), ok);
        let errors = together(&server.client(), 200).await;
        assert_eq!(
            (errors.len(), server.token_requests().len()),
            (200, 1),
            "{act:?}"
        );
        assert!(
            errors
                .iter()
                .all(|error| error.to_string() == errors[0].to_string())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn rejected_credentials_are_not_sent_again_at_once() {
    let server = Scripted::with_tokens(|_, _| Action::Answer(401, ""), ok);
    let client = server.client();
    for (wait, requests) in [(0, 1), (1, 1), (8, 1), (2, 2)] {
        sleep(Duration::from_secs(wait)).await;
        assert!(status(&client).await.unwrap_err().needs_person());
        assert_eq!(server.token_requests().len(), requests);
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_endpoint_sets_the_delay() {
    let busy = Action::AnswerWith(429, "", &[("retry-after", "30")]);
    let tokens = move |count, _: &Request<Bytes>| match count {
        0 => busy.clone(),
        _ => token(1, r#""expires_in":3600"#),
    };
    let server = Scripted::with_tokens(tokens, ok);
    let client = server.client();
    let start = Instant::now();
    let first = tokio::spawn({
        let client = client.clone();
        async move { status(&client).await }
    });
    // One that comes later does not ask before the time is over.
    sleep(Duration::from_secs(10)).await;
    status(&client).await.unwrap();
    first.await.unwrap().unwrap();
    let took = start.elapsed().as_secs_f64();
    assert!((30.0..33.0).contains(&took), "{took}");
    assert_eq!(server.token_requests().len(), 2);

    // More patience than two minutes is not had: the call fails at once, and nothing is sent meanwhile.
    let closed = Action::AnswerWith(503, "", &[("retry-after", "600")]);
    let server = Scripted::with_tokens(move |_, _| closed.clone(), ok);
    let client = server.client();
    for _ in 0..5 {
        assert!(status(&client).await.unwrap_err().is_temporary());
        sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(server.token_requests().len(), 1);
}

/// Found by fuzzing: the end of such a wait overflows the clock.
#[tokio::test(start_paused = true)]
async fn a_retry_after_of_the_token_endpoint_can_overflow() {
    let closed = Action::AnswerWith(503, "", &[("retry-after", "18446744073709551615")]);
    let after_the_first = move |count, _: &Request<Bytes>| match count {
        0 => token(0, r#""expires_in":100"#),
        _ => closed.clone(),
    };
    let server = Scripted::with_tokens(after_the_first, ok);
    let client = server.client();
    status(&client).await.unwrap();
    // The token lives, and cannot be renewed; then it is over.
    sleep(Duration::from_secs(95)).await;
    status(&client).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    for _ in 0..2 {
        let error = status(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(503), "{error}");
    }
    assert!(server.token_requests().len() < 4);
}

#[tokio::test(start_paused = true)]
async fn a_valid_token_is_used_while_it_cannot_be_renewed() {
    let tokens = |count, _: &Request<Bytes>| match count {
        0 => token(0, r#""expires_in":3600"#),
        _ => Action::Answer(503, ""),
    };
    let server = Scripted::with_tokens(tokens, ok);
    let client = server.client();
    status(&client).await.unwrap();
    sleep(Duration::from_secs(3550)).await;
    for _ in 0..20 {
        status(&client).await.unwrap();
    }
    assert_eq!(server.token_requests().len(), 2);
    sleep(Duration::from_secs(60)).await;
    assert!(status(&client).await.unwrap_err().is_temporary());
}

#[tokio::test(start_paused = true)]
async fn token_requests_count_against_the_limit() {
    let server = Scripted::with_tokens(|count, _| token(count, r#""expires_in":0"#), ok);
    let client = v2604::Client::builder()
        .environment(example())
        .m2m(M2mCredentials::new("client", "hush-secret", "hush-key"))
        .rate_limit(RateLimit::per_second(1.0))
        .transport(server.clone())
        .build()
        .unwrap();
    let start = Instant::now();
    for _ in 0..5 {
        status(&client).await.unwrap();
    }
    assert_eq!((server.token_requests().len(), server.sent()), (5, 5));
    assert!(
        start.elapsed() >= Duration::from_secs(9),
        "{:?}",
        start.elapsed()
    );
}

fn example() -> procountor_api::Environment {
    procountor_api::Environment::Custom("https://books.example/api".to_owned())
}

pub(crate) fn person(
    server: &Scripted,
    credentials: OnBehalfCredentials,
) -> procountor_api::ClientBuilder<v2604::V2604, procountor_api::OnBehalf> {
    v2604::Client::builder()
        .environment(example())
        .on_behalf(credentials)
        .rate_limit(RateLimit::per_second(1000.0))
        .transport(server.clone())
}

/// A rotated refresh token is not lost with the call that requested it.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_the_token_to_the_next() {
    let rotate = |count, _: &Request<Bytes>| {
        Action::Owned(
            200,
            format!(
                r#"{{"access_token":"a{count}","refresh_token":"r{count}","expires_in":3600}}"#
            ),
        )
    };
    let server = Scripted::with_tokens(rotate, ok);
    let credentials = OnBehalfCredentials::new("client", "hush-secret", "hush-refresh");
    let client = person(&server, credentials).build().unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(1), status(&client)).await;
    assert!(dropped.is_err());
    status(&client).await.unwrap();
    assert_eq!(server.token_requests().len(), 1);
    assert_eq!(client.refresh_token().await.unwrap().expose(), "r0");
}

#[tokio::test(start_paused = true)]
async fn a_token_request_that_hangs_ends() {
    let server = Scripted::with_tokens(|_, _| Action::Silence, ok);
    let start = Instant::now();
    let call = server.client().health_status().get_status();
    let error = call.retry(RetryPolicy::none()).send().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TimedOut));
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn authorize_checks_the_credentials() {
    let server = Scripted::with_tokens(|_, _| Action::Answer(401, ""), ok);
    let error = server.client().authorize().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "not authorized, status 401 without a body; check the client id, the client secret and the API key"
    );
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let client = server.client();
    client.authorize().await.unwrap();
    status(&client).await.unwrap();
    assert_eq!((server.token_requests().len(), server.sent()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_repeats_the_request_does_not_reveal_a_secret() {
    let server = Scripted::with_tokens(
        |_, request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            Action::Owned(
                400,
                format!(r#"{{"errors":[{{"message":"bad request: {body} (hush key/ä)"}}]}}"#),
            )
        },
        ok,
    );
    let client = v2604::Client::builder()
        .environment(example())
        .m2m(M2mCredentials::new("client", "hush+secret", "hush key/ä"))
        .transport(server.clone())
        .build()
        .unwrap();
    let error = status(&client).await.unwrap_err();
    let body = String::from_utf8_lossy(&error.api().unwrap().body).into_owned();
    let shown = format!("{error} {error:?} {body}");
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains("client_secret=[redacted]"), "{shown}");
}
