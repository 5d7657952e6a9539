//! Support reports of failed calls.

use std::time::{Duration, SystemTime};

use crate::support::{Action, Scripted};
use procountor_api::v2604::*;
use procountor_api::{Environment, M2mCredentials, client::TokioClock, v2604};

fn clock() -> TokioClock {
    TokioClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_776_245_400))
}

fn comment(text: &str) -> Comment {
    Comment::from(CommentRequired {
        comment: text.to_owned(),
    })
}

fn of_this_release(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[tokio::test(start_paused = true)]
async fn a_support_report_has_what_the_vendor_asks_for() {
    let server = Scripted::acts([Action::AnswerWith(
        400,
        r#"{"errors":[{"status":400,"field":"comment","message":"ERROR_X"}]}"#,
        &[
            ("content-type", "application/json"),
            ("x-request-id", "abc"),
            ("set-cookie", "session=hush"),
        ],
    )]);
    let builder = server.builder().clock(clock()).company_id(4711).user_id(7);
    let client = builder.build().unwrap();
    let call = client
        .invoices()
        .save_invoice_comment(InvoiceId(1), comment("Hei, Aino!"));
    let error = call.send().await.unwrap_err();
    let report = error.support_report();
    assert!(!format!("{report} {report:?}").contains("hush"));
    assert!(!format!("{report:?}").contains("Aino"));
    expect_test::expect![[r#"
        integration: client
        endpoint: saveInvoiceComment (POST /invoices/{invoiceId}/comments)
        server: another server, https://books.example/api
        api version: 26.04
        time: 2026-04-15T09:30:00Z to 2026-04-15T09:30:00Z (UTC)
        company id: 4711
        user id: 7
        error: saveInvoiceComment (POST /invoices/{invoiceId}/comments): status 400: comment: ERROR_X
        attempts: 1
        sdk: procountor-api VERSION
        address: POST https://books.example/api/invoices/1/comments
        request headers:
          content-type: application/json
          accept: application/json, */*;q=0.5
        request: {"comment":"Hei, Aino!"}
        status: 400
        response headers:
          content-type: application/json
          x-request-id: abc
        response: {"errors":[{"status":400,"field":"comment","message":"ERROR_X"}]}
    "#]].assert_eq(&of_this_release(&report.to_string()));
    let json = serde_json::to_string_pretty(&report).unwrap();
    expect_test::expect![[r#"
        {
          "integration": "client",
          "endpoint": "saveInvoiceComment (POST /invoices/{invoiceId}/comments)",
          "server": "another server, https://books.example/api",
          "api_version": "26.04",
          "time": "2026-04-15T09:30:00Z to 2026-04-15T09:30:00Z (UTC)",
          "company_id": "4711",
          "user_id": "7",
          "error": "saveInvoiceComment (POST /invoices/{invoiceId}/comments): status 400: comment: ERROR_X",
          "attempts": "1",
          "sdk": "procountor-api VERSION",
          "address": "POST https://books.example/api/invoices/1/comments",
          "request_headers": "content-type: application/json\naccept: application/json, */*;q=0.5",
          "request": "{\"comment\":\"Hei, Aino!\"}",
          "status": "400",
          "response_headers": "content-type: application/json\nx-request-id: abc",
          "response": "{\"errors\":[{\"status\":400,\"field\":\"comment\",\"message\":\"ERROR_X\"}]}"
        }"#]].assert_eq(&of_this_release(&json));
}

#[tokio::test(start_paused = true)]
async fn a_support_report_covers_all_attempts() {
    let server = Scripted::acts([
        Action::AnswerWith(503, "", &[("retry-after", "60")]),
        Action::AnswerWith(
            502,
            "<html>\n<h1>502</h1>\n</html>",
            &[("content-type", "text/html")],
        ),
        Action::Lost,
    ]);
    let policy = procountor_api::retry::RetryPolicy::default()
        .max_attempts(3)
        .first_delay(Duration::ZERO);
    let builder = server.builder().clock(clock()).retry(policy);
    let client = builder.build().unwrap();
    let report = client
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err()
        .support_report();
    expect_test::expect![[r#"
        integration: client
        endpoint: getStatus (GET /status)
        server: another server, https://books.example/api
        api version: 26.04
        time: 2026-04-15T09:30:00Z to 2026-04-15T09:31:00Z (UTC)
        company id: (unknown: set `.company_id(…)` when building the client)
        user id: (unknown: set `.user_id(…)` when building the client)
        error: getStatus (GET /status): connection reset (after 3 attempts)
        attempts: 3
        sdk: procountor-api VERSION
        address: GET https://books.example/api/status
        request headers: accept: application/json, */*;q=0.5
        request: (no body)
        status: (none)
        response headers: (none)
        response: (none)
    "#]]
    .assert_eq(&of_this_release(&report.to_string()));
}

#[tokio::test(start_paused = true)]
async fn a_support_report_covers_unsent_and_undecodable_calls() {
    let server = Scripted::acts([Action::AnswerWith(
        200,
        r#"{"id":42,"apiKey":"hush","invoiceRows":[{"quantity":"two"}]}"#,
        &[("content-type", "application/json")],
    )]);
    let client = server.builder().clock(clock()).build().unwrap();
    let error = client
        .invoices()
        .get_invoice(InvoiceId(42))
        .send()
        .await
        .unwrap_err();
    let report = error.support_report();
    assert_eq!(
        report.response.as_deref(),
        Some(r#"{"id":42,"apiKey":"[redacted]","invoiceRows":[{"quantity":"two"}]}"#)
    );
    assert_eq!(report.status, Some(200));
    assert_eq!(
        report.address.as_deref(),
        Some("GET https://books.example/api/invoices/42")
    );

    let call = client.invoices().search_invoice().size(500);
    let report = call.send().await.unwrap_err().support_report();
    assert_eq!(
        (report.address, report.request, report.attempts),
        (None, None, 0)
    );
    assert_eq!(report.api_version, Some("26.04"));
    assert_eq!(report.client_id.as_deref(), Some("client"));

    let unbuilt = v2604::Client::builder()
        .m2m(M2mCredentials::new("a", "b", "c"))
        .build();
    let report = unbuilt.unwrap_err().support_report();
    assert_eq!((report.api_version, report.server), (None, None));
}

#[tokio::test(start_paused = true)]
async fn a_report_is_bounded() {
    let server = Scripted::acts([Action::Owned(400, "x".repeat(1 << 20))]);
    let client = server.client();
    let long = comment(&"y".repeat(1000));
    let call = client.invoices().save_invoice_comment(InvoiceId(1), long);
    let report = call.send().await.unwrap_err().support_report();
    let length = report.to_string().len();
    assert!((16 << 10..24 << 10).contains(&length), "{length}");
    assert!(report.response.unwrap().ends_with("… (1032192 more bytes)"));
}

/// A gateway repeats the request; the error and the report do not.
#[tokio::test(start_paused = true)]
async fn repeated_secrets_are_removed() {
    let echo = "you sent hush-key and token-1 (token-1), hush-secret";
    let server = Scripted::acts([Action::AnswerWith(
        403,
        echo,
        &[("x-echo", "Bearer token-1")],
    )]);
    let error = server
        .client()
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    let shown = format!(
        "{error} {error:?} {} {:?}",
        error.support_report(),
        error.api().unwrap().body
    );
    assert!(!shown.contains("token-1"), "{shown}");

    let server = Scripted::acts([Action::Answer(200, "{}")]);
    server.answer_tokens([Action::Answer(401, echo)]);
    let error = server
        .client()
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    let shown = format!(
        "{error} {error:?} {} {:?}",
        error.support_report(),
        error.api().unwrap().body
    );
    assert!(error.is_unauthorized());
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_servers_have_the_vendors_names() {
    for (environment, name) in [
        (
            Environment::Production,
            "production, https://api.procountor.com/",
        ),
        (
            Environment::Test,
            "testing, https://pts-api.procountor.com/",
        ),
        (
            Environment::Custom("https://books.example/api".to_owned()),
            "another server, https://books.example/api",
        ),
    ] {
        let server = Scripted::acts([Action::Answer(404, "")]);
        let client = server.builder().environment(environment).build().unwrap();
        let error = client
            .health_status()
            .get_status()
            .send()
            .await
            .unwrap_err();
        let shown = error.support_report().server.unwrap();
        assert!(shown.starts_with(name), "{shown}");
    }
}

/// A long error response is shortened.
#[tokio::test(start_paused = true)]
async fn the_text_of_an_error_response_is_short() {
    let message = format!(
        r#"{{"field":"{}","message":"no\n{}"}}"#,
        "f".repeat(500),
        "m".repeat(5000)
    );
    let body = format!(r#"{{"errors":[{}]}}"#, vec![message; 50].join(","));
    let server = Scripted::acts([Action::Owned(400, body)]);
    let call = server.client().invoices().get_invoice(InvoiceId(1));
    let error = call.send().await.unwrap_err();
    let text = error.to_string();
    assert!(text.chars().count() < 4000, "{}", text.len());
    assert!(
        text.ends_with("…; and 42 more") && !text.contains('\n'),
        "{text}"
    );
    // Nothing is lost: it is in the fields.
    let messages = &error.api().unwrap().messages;
    assert_eq!((messages.len(), messages[0].message.len()), (50, 5003));
}
