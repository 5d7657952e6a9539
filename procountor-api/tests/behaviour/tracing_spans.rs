//! Spans and events of `tracing`, recorded by a subscriber and searched for secrets.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Action, Scripted};
use procountor_api::v2604::*;
use procountor_api::{
    Environment, OnBehalfCredentials, rate::RateLimit, retry::RetryPolicy, v2604,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const STATUS: &str = r#"{"name":"api","version":"26.04"}"#;

/// Records every span with its fields, and every event.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Kept {
    fn lines(&self) -> String {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|line| line.clone() + "\n")
            .collect()
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("procountor_api")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut lines = self.0.lock().unwrap();
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        lines.push(line.0);
        Id::from_u64(lines.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut lines = self.0.lock().unwrap();
        let index = span.into_u64() as usize - 1;
        let mut line = Line(std::mem::take(&mut lines[index]));
        values.record(&mut line);
        lines[index] = line.0;
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("- {}", event.metadata().level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn spans_have_the_names_of_opentelemetry() {
    let kept = Kept::default();
    let _guard = tracing::subscriber::set_default(kept.clone());
    let server = Scripted::acts([
        Action::Answer(503, ""),
        Action::Lost,
        Action::Answer(200, r#"{"results":[]}"#),
        Action::Answer(404, ""),
    ]);
    let policy = RetryPolicy::default().first_delay(Duration::ZERO);
    let client = server.builder().retry(policy).build().unwrap();
    let search = client
        .invoices()
        .search_invoice()
        .status([InvoiceStatus::Sent]);
    search.send().await.unwrap();
    client
        .invoices()
        .get_invoice(InvoiceId(42))
        .send()
        .await
        .unwrap_err();
    expect_test::expect![[r#"
        procountor.call procountor.operation="searchInvoice"
        http.request otel.kind="client" otel.name=POST /api/oauth/token procountor.operation="authorization" http.request.method="POST" url.full=https://books.example/api/oauth/token server.address="books.example" server.port=443 http.response.status_code=200
        http.request otel.kind="client" otel.name=GET /invoices procountor.operation="searchInvoice" http.request.method="GET" url.full=https://books.example/api/invoices?status=REDACTED url.template="/invoices" server.address="books.example" server.port=443 http.response.status_code=503 error.type=503 otel.status_code="ERROR"
        - DEBUG message=retrying after a delay procountor.operation="searchInvoice" attempts=1 reason=5xx delay_ms=0
        http.request otel.kind="client" otel.name=GET /invoices procountor.operation="searchInvoice" http.request.method="GET" url.full=https://books.example/api/invoices?status=REDACTED url.template="/invoices" server.address="books.example" server.port=443 http.request.resend_count=1 error.type="lost_after" otel.status_code="ERROR"
        - DEBUG message=retrying after a delay procountor.operation="searchInvoice" attempts=2 reason=connection lost after sending delay_ms=0
        http.request otel.kind="client" otel.name=GET /invoices procountor.operation="searchInvoice" http.request.method="GET" url.full=https://books.example/api/invoices?status=REDACTED url.template="/invoices" server.address="books.example" server.port=443 http.request.resend_count=2 http.response.status_code=200
        procountor.call procountor.operation="getInvoice" error.type="api"
        http.request otel.kind="client" otel.name=GET /invoices/{invoiceId} procountor.operation="getInvoice" http.request.method="GET" url.full=https://books.example/api/invoices/42 url.template="/invoices/{invoiceId}" server.address="books.example" server.port=443 http.response.status_code=404 error.type=404 otel.status_code="ERROR"
    "#]].assert_eq(&kept.lines());
}

const ECHO: &str = "repeat what came";

/// Returns a transport with one result, such as a gateway that repeats the token.
fn echoing(act: Action) -> Scripted {
    Scripted::new(move |_, request| match act {
        Action::Answer(status, ECHO) => {
            let token = request.headers()["authorization"].to_str().unwrap();
            let (_, token) = token.split_once(' ').unwrap();
            Action::Owned(status, format!("you sent {token}"))
        }
        _ => act.clone(),
    })
}

/// Every kind of call and result, with bodies: no text that contains `hush` is recorded.
#[tokio::test(start_paused = true)]
async fn no_secret_is_traced() {
    let kept = Kept::default();
    let _guard = tracing::subscriber::set_default(kept.clone());
    let answers = [
        Action::Answer(
            200,
            r#"{"apiKey":"hush","companiesIntegrated":[{"apiKey":"hush"}]}"#,
        ),
        Action::Answer(403, ECHO),
        Action::Answer(401, r#"{"access_token":"hush"}"#),
        Action::Answer(500, r#"{"refresh_token":"hu"#),
        Action::Lost,
        Action::NotSent,
        Action::TimedOut,
        Action::TooLong,
        Action::Silence,
        Action::Answer(429, ""),
        Action::Answer(200, "<html>apiKey=hush"),
    ];
    let tokens = [
        None,
        Some(Action::Answer(401, "no such client: hush-secret")),
        Some(Action::Answer(200, r#"{"access_token":"hush"}"#)),
        Some(Action::Answer(
            200,
            r#"{"access_token":"hush hush","expires_in":3600}"#,
        )),
        Some(Action::Answer(
            500,
            r#"{"errors":[{"message":"no client_secret=hush-secret"}]}"#,
        )),
        Some(Action::Lost),
    ];
    for answer in answers {
        for token in &tokens {
            let server = echoing(answer.clone());
            server.answer_tokens(token.clone());
            let client = server.builder().trace_bodies(4096).build().unwrap();
            every_kind_of_call(&client).await;

            let server = echoing(answer.clone());
            server.answer_tokens(token.clone());
            let person = v2604::Client::builder()
                .environment(Environment::Custom("https://books.example/api".to_owned()))
                .on_behalf(OnBehalfCredentials::new(
                    "client",
                    "hush-secret",
                    "hush-refresh",
                ))
                .rate_limit(RateLimit::per_second(1000.0))
                .transport(server)
                .trace_bodies(4096)
                .build()
                .unwrap();
            let call = person.payments().remove_payment(PaymentId(1));
            call.timeout(Duration::from_secs(60)).send().await.ok();
        }
    }
    let lines = kept.lines();
    assert!(lines.lines().count() > 1000, "{}", lines.lines().count());
    // Traced, and without the secrets that were in it.
    assert!(
        lines.contains("request body body={\"comment\":\"Aino\"}"),
        "{lines}"
    );
    assert!(lines.contains("[redacted]"));
    for secret in ["hush", "token-"] {
        let leak = lines.lines().find(|line| line.contains(secret));
        assert_eq!(leak, None);
    }
    // What somebody searched for is nobody's business.
    assert!(lines.contains("personNumber=REDACTED"));
    assert!(!lines.contains("Virtanen") && !lines.contains("FI2112345600000785"));
}

#[tokio::test(start_paused = true)]
async fn bodies_are_traced_only_if_enabled() {
    let kept = Kept::default();
    let _guard = tracing::subscriber::set_default(kept.clone());
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    every_kind_of_call(&server.client()).await;
    let lines = kept.lines();
    assert!(
        lines.contains("procountor.call") && !lines.contains("body"),
        "{lines}"
    );
    assert!(!lines.contains("Aino"));
}

async fn every_kind_of_call(client: &v2604::Client) {
    let time = Duration::from_secs(60);
    let comment = Comment::from(CommentRequired {
        comment: "Aino".to_owned(),
    });
    let read = client.health_status().get_status();
    read.timeout(time).send().await.ok();
    let people = client.persons().get_persons().person_number("Virtanen");
    people.timeout(time).send().await.ok();
    let statements = client.bank_statements().get_bank_statements();
    let statements = statements.account_number("FI2112345600000785");
    statements.timeout(time).send().await.ok();
    let create = client
        .invoices()
        .save_invoice_comment(InvoiceId(1), comment);
    create.timeout(time).send().await.ok();
    let delete = client
        .webhooks()
        .delete_webhook(WebhookUuid("a".to_owned()));
    delete.timeout(time).send().await.ok();
    let request = ApiIntegrationApproveRequest::default();
    let integrations = client.integrations();
    let keys = integrations.update_integration_request(IntegrationRequestId(1), request);
    keys.timeout(time).send().await.ok();
}
