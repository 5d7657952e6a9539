//! The pipeline of a call: tokens, retries, deadlines, errors, in virtual time.

use std::time::Duration;

use crate::support::{Action, Scripted};
use procountor_api::v2604::*;
use procountor_api::{Environment, ErrorKind, M2mCredentials, retry::RetryPolicy, v2604};
use tokio::time::Instant;

const STATUS: &str = r#"{"name":"api","version":"26.04"}"#;

#[tokio::test(start_paused = true)]
async fn two_hundred_calls_at_a_cold_start_share_one_token() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let client = server.client();
    let calls = (0..200).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.health_status().get_status().send().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.sent(), 200);
    assert_eq!(
        server.token_requests(),
        [
            "https://books.example/api/oauth/token grant_type=client_credentials&client_id=client&client_secret=hush-secret&api_key=hush-key"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_expires() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let client = server.client();
    for (wait, tokens) in [(0, 1), (3470, 1), (75, 2)] {
        tokio::time::sleep(Duration::from_secs(wait)).await;
        client.health_status().get_status().send().await.unwrap();
        assert_eq!(server.token_requests().len(), tokens);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_replaced_once() {
    let server = Scripted::new(
        |_, request| match request.headers()["authorization"].as_bytes() {
            b"Bearer token-1" => Action::Answer(
                401,
                r#"{"errors":[{"status":401,"message":"Unauthorized"}]}"#,
            ),
            _ => Action::Answer(200, STATUS),
        },
    );
    let response = server
        .client()
        .health_status()
        .get_status()
        .send_with_meta()
        .await
        .unwrap();
    assert_eq!(response.value.version.as_deref(), Some("26.04"));
    assert_eq!(
        (response.raw.attempts, server.token_requests().len()),
        (2, 2)
    );

    let never = Scripted::acts([Action::Answer(401, "")]);
    let error = never
        .client()
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(never.sent(), 2);
    assert_eq!(
        error.to_string(),
        "getStatus (GET /status): not authorized, status 401 without a body; check the client id, the client secret and \
         the API key (after 2 attempts)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_is_retried_after_the_delay_of_the_server() {
    let server = Scripted::acts([
        Action::AnswerWith(503, "", &[("retry-after", "7")]),
        Action::Lost,
        Action::NotSent,
        Action::Answer(429, ""),
        Action::Answer(200, STATUS),
    ]);
    let start = Instant::now();
    let response = server
        .client()
        .health_status()
        .get_status()
        .send_with_meta()
        .await
        .unwrap();
    assert_eq!(response.raw.attempts, 5);
    let took = start.elapsed();
    assert!(
        took >= Duration::from_secs(7) && took <= Duration::from_secs(7 + 1 + 2 + 4 + 8 + 1),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_gives_up_after_six_attempts() {
    let server = Scripted::acts([Action::Answer(500, "<html>oops</html>")]);
    let error = server
        .client()
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        (error.attempts(), server.sent(), error.status()),
        (6, 6, Some(500))
    );
    assert_eq!(
        error.to_string(),
        "getStatus (GET /status): status 500: <html>oops</html> (after 6 attempts)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_create_is_never_sent_twice_when_it_may_have_arrived() {
    for (act, explained) in [
        (Action::Lost, "connection reset"),
        (Action::TooLong, "the answer is too long"),
        (Action::Answer(500, ""), "status 500 without a body"),
        (
            Action::Answer(502, "<html>Bad Gateway</html>"),
            "status 502: <html>Bad Gateway</html>",
        ),
    ] {
        let server = Scripted::acts([act]);
        let error = server.client().comment().await.unwrap_err();
        assert_eq!(server.sent(), 1);
        assert!(error.is_outcome_unknown());
        assert_eq!(
            error.to_string(),
            format!(
                "saveInvoiceComment (POST /invoices/{{invoiceId}}/comments): outcome unknown, look it up before sending it \
                 again: {explained}; check GET /invoices/1/comments"
            )
        );
    }
    let refused = Scripted::acts([Action::Answer(429, "")]);
    let error = refused.client().comment().await.unwrap_err();
    assert!(error.is_rate_limited() && refused.sent() == 1);
}

/// The first attempt may have deleted the resource, whatever the later ones return.
#[tokio::test(start_paused = true)]
async fn an_outcome_stays_unknown_after_later_attempts() {
    for last in [
        Action::NotSent,
        Action::Answer(404, ""),
        Action::Answer(429, ""),
        Action::Answer(401, ""),
    ] {
        let server = Scripted::acts([Action::Lost, last.clone()]);
        let call = server
            .client()
            .webhooks()
            .delete_webhook(WebhookUuid("a".to_owned()));
        let error = call.send().await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{last:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_renewed_was_sent_once() {
    let server = Scripted::acts([Action::Answer(401, "")]);
    let client = v2604::Client::builder()
        .environment(Environment::Test)
        .access_token("hush")
        .transport(server.clone())
        .build()
        .unwrap();
    let error = client
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!((error.attempts(), server.sent()), (1, 1));
}

#[test]
fn a_token_that_a_header_cannot_carry_is_refused_by_the_builder() {
    let builder = v2604::Client::builder().environment(Environment::Test);
    let error = builder.access_token("hush\n").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the client cannot be built: the access token has a character that a header cannot carry"
    );
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_too_large_is_not_requested_again() {
    let server = Scripted::acts([Action::TooLong]);
    let error = server
        .client()
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "getStatus (GET /status): the answer is too long"
    );
    assert_eq!(server.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_not_sent_is_retried() {
    let server = Scripted::acts([
        Action::NotSent,
        Action::NotSent,
        Action::Answer(200, r#"{"id":7,"comment":"ok"}"#),
    ]);
    let comment = server.client().comment().await.unwrap();
    assert_eq!(comment.id, Some(CommentId(7)));
    assert_eq!(server.sent(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_within_its_time() {
    let server = Scripted::acts([Action::Silence]);
    let start = Instant::now();
    let call = server
        .client()
        .health_status()
        .get_status()
        .timeout(Duration::from_secs(9));
    let error = call.send().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TimedOut));
    assert_eq!(start.elapsed().as_secs(), 9);

    let comment = Comment::from(CommentRequired {
        comment: "hei".to_owned(),
    });
    let call = server
        .client()
        .invoices()
        .save_invoice_comment(InvoiceId(1), comment);
    let error = call
        .timeout(Duration::from_secs(9))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn one_call_can_go_without_retries() {
    let server = Scripted::acts([Action::Answer(503, "")]);
    let call = server
        .client()
        .health_status()
        .get_status()
        .retry(RetryPolicy::none());
    assert_eq!(call.send().await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_retries_of_all_calls_are_limited_together() {
    let server = Scripted::acts([Action::Answer(503, "")]);
    let client = server.client();
    for _ in 0..10 {
        client
            .health_status()
            .get_status()
            .send()
            .await
            .unwrap_err();
    }
    assert_eq!(server.sent(), 10 + 20);
}

#[tokio::test(start_paused = true)]
async fn every_error_response_is_in_the_error() {
    for (status, body, expected) in [
        (
            403,
            "<html><h1>403 Forbidden</h1>\n<hr>gateway</html>",
            "status 403: <html><h1>403 Forbidden</h1> <hr>gateway</html>",
        ),
        (403, "", "status 403 without a body"),
        (
            404,
            r#"{"errors":[{"status":404,"message":"NOT_FOUND"}]}"#,
            "status 404: NOT_FOUND",
        ),
        (
            400,
            r#"{"errors":[{"status":400,"field":"invoiceRows[3].vatStatus","message":"ERROR_VATSTATUS_VATPERC"},{"message":"B"}]}"#,
            "status 400: invoiceRows[3].vatStatus: ERROR_VATSTATUS_VATPERC; B",
        ),
        (
            400,
            r#"{"error":"invalid","error_description":"no"}"#,
            "status 400: invalid: no",
        ),
        (302, "", "status 302 without a body"),
        (
            200,
            "",
            "status 200, but the response cannot be decoded: $: expected JSON (EOF while parsing a value at line 1 column 0), found nothing; the body starts with: ",
        ),
        (
            200,
            r#"{"id":42,"invoiceRows":[{"quantity":"#,
            "status 200, but the response cannot be decoded: $: expected JSON (EOF while parsing a value at line 1 column 36), \
             found {\"id\":42,\"invoiceRows\":[{\"quantity\":; the body starts with: {\"id\":42,\"invoiceRows\":[{\"quantity\":",
        ),
        (
            200,
            r#"{"id":42,"invoiceRows":[{"quantity":1},{"quantity":"two"}]}"#,
            "status 200, but the response cannot be decoded: invoiceRows[1].quantity: expected a decimal number of at most 28 \
             digits, found \"two\"; the body starts with: {\"id\":42,\"invoiceRows\":[{\"quantity\":1},{\"quantity\":\"two\"}]}",
        ),
        (
            200,
            "[]",
            "status 200, but the response cannot be decoded: $: expected an object, found []; the body starts with: []",
        ),
    ] {
        let server = Scripted::acts([Action::Answer(status, body)]);
        let error = server
            .client()
            .invoices()
            .get_invoice(InvoiceId(42))
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("getInvoice (GET /invoices/{{invoiceId}}): {expected}")
        );
        assert_eq!(server.sent(), 1);
    }
}

#[test]
fn the_builder_names_everything_that_is_missing() {
    let problems =
        |client: Result<v2604::Client, procountor_api::Error>| client.unwrap_err().to_string();
    let empty = M2mCredentials::new("", " ", "");
    assert_eq!(
        problems(v2604::Client::builder().m2m(empty).build()),
        "the client cannot be built: the environment is missing: call `.environment(…)` with `Environment::Test`, \
         `Production` or `Custom(…)`; the client id is empty; the client secret is empty; the API key is empty"
    );
    for (address, problem) in [
        (
            "http://api.procountor.com/api",
            "use https; plain http is allowed for loopback addresses only",
        ),
        (
            "ftp://api.procountor.com/api",
            "it must start with https://",
        ),
        (
            "https://api.procountor.com/api?x=1",
            "it must not have a query or a fragment",
        ),
    ] {
        let client = v2604::Client::builder()
            .environment(Environment::Custom(address.to_owned()))
            .m2m(M2mCredentials::new("a", "b", "c"))
            .build();
        assert_eq!(
            problems(client),
            format!("the client cannot be built: the URL `{address}` cannot be used: {problem}")
        );
    }
    let secret = v2604::Client::builder()
        .environment(Environment::Custom(
            "https://user:hush@books.example/api".to_owned(),
        ))
        .m2m(M2mCredentials::new("a", "b", "c"))
        .build();
    assert!(!problems(secret).contains("hush"));
}

#[tokio::test(start_paused = true)]
async fn a_response_with_a_secret_is_not_shown() {
    let answer = r#"{"integrationId":7,"companiesIntegrated":[{"companyId":1,"apiKey":"hush"}]}"#;
    let server = Scripted::acts([Action::Answer(200, answer)]);
    let request = ApiIntegrationApproveRequest::default();
    let call = server
        .client()
        .integrations()
        .update_integration_request(IntegrationRequestId(1), request);
    let error = call.send().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("integrationId: expected a string, found 7"),
        "{error}"
    );
    assert!(!format!("{error} {error:?} {:?}", error.kind()).contains("hush"));
}

#[test]
fn secrets_are_not_printed() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let client = server.client();
    let shown = format!(
        "{client:?} {:?}",
        M2mCredentials::new("client", "hush-secret", "hush-key")
    );
    assert!(!shown.contains("hush"), "{shown}");
}

/// A create with few fields.
trait Commenting {
    async fn comment(&self) -> Result<Comment, procountor_api::Error>;
}

impl Commenting for v2604::Client {
    async fn comment(&self) -> Result<Comment, procountor_api::Error> {
        let comment = Comment::from(CommentRequired {
            comment: "hei".to_owned(),
        });
        self.invoices()
            .save_invoice_comment(InvoiceId(1), comment)
            .send()
            .await
    }
}
