//! Observers and their events.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Action, Scripted};
use procountor_api::observe::{Created, Finished, Retrying, Sent, Store};
use procountor_api::v2604::*;
use procountor_api::{
    ErrorKind,
    observe::Observer,
    rate::{AcquireFuture, RateLimit, RateLimiter, SharedLimit},
    retry::RetryPolicy,
};

const STATUS: &str = r#"{"name":"api","version":"26.04"}"#;

/// Records the events.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    fn take(&self) -> String {
        self.0
            .lock()
            .unwrap()
            .drain(..)
            .map(|line| line + "\n")
            .collect()
    }
}

fn name(operation: Option<&'static procountor_api::operation::Operation>) -> &'static str {
    operation.map_or("token", |operation| operation.id)
}

impl Observer for Notes {
    fn sent(&self, request: &Sent) {
        self.note(format!(
            "sent {} {}",
            name(request.operation),
            request.attempt
        ));
    }

    fn finished(&self, request: &Finished<'_>) {
        let Finished {
            attempt,
            status,
            failure,
            duration,
            ..
        } = request;
        let what = status.map_or(failure.unwrap_or("?").to_owned(), |status| {
            status.to_string()
        });
        assert!(*duration >= Duration::from_millis(5), "{duration:?}");
        self.note(format!("{} {attempt}: {what}", name(request.operation)));
    }

    fn retrying(&self, retry: &Retrying) {
        let rule = retry.rule;
        self.note(format!(
            "again {} after {}, {}: {}",
            retry.operation.id,
            retry.attempts,
            rule.failure.name(),
            rule.why
        ));
    }

    fn waited(&self, wait: Duration) {
        self.note(format!("waited {:.1}", wait.as_secs_f64()));
    }

    fn slowed_down(&self, interval: Duration) {
        self.note(format!("slower: {:.2}", interval.as_secs_f64()));
    }

    fn token_fetched(&self, duration: Duration) {
        assert!(duration >= Duration::from_millis(5), "{duration:?}");
        self.note("token".to_owned());
    }

    fn token_failed(&self, error: &ErrorKind) {
        self.note(format!("no token: {error}"));
    }

    fn created(&self, created: &Created) {
        self.note(format!(
            "created by {}, {}",
            created.operation.id, created.status
        ));
    }

    fn store_failed(&self, store: Store, problem: &dyn fmt::Display) {
        self.note(format!("{store}: {problem}"));
    }
}

fn comment() -> Comment {
    Comment::from(CommentRequired {
        comment: "hei".to_owned(),
    })
}

#[tokio::test(start_paused = true)]
async fn an_observer_receives_the_events() {
    let notes = Notes::default();
    let server = Scripted::acts([
        Action::NotSent,
        Action::Answer(503, ""),
        Action::Answer(200, STATUS),
        Action::Answer(200, r#"{"id":7}"#),
        Action::Answer(400, ""),
        Action::Silence,
    ]);
    let client = server
        .builder()
        .rate_limit(RateLimit::per_second(10.0))
        .retry(RetryPolicy::default().first_delay(Duration::ZERO))
        .observer(notes.clone())
        .build()
        .unwrap();
    client.health_status().get_status().send().await.unwrap();
    let invoices = client.invoices();
    invoices
        .save_invoice_comment(InvoiceId(1), comment())
        .send()
        .await
        .unwrap();
    invoices
        .save_invoice_comment(InvoiceId(1), comment())
        .send()
        .await
        .unwrap_err();
    let call = invoices
        .get_invoice(InvoiceId(1))
        .timeout(Duration::from_secs(2));
    call.send().await.unwrap_err();
    expect_test::expect![[r#"
        sent token 1
        token 1: 200
        token
        waited 0.1
        sent getStatus 1
        getStatus 1: no_connection
        again getStatus after 1, no_connection: the server did not receive the request
        waited 0.1
        sent getStatus 2
        getStatus 2: 503
        again getStatus after 2, server: a read changes nothing
        waited 0.1
        sent getStatus 3
        getStatus 3: 200
        waited 0.1
        sent saveInvoiceComment 1
        saveInvoiceComment 1: 200
        created by saveInvoiceComment, 200
        waited 0.1
        sent saveInvoiceComment 1
        saveInvoiceComment 1: 400
        waited 0.1
        sent getInvoice 1
        getInvoice 1: dropped
    "#]]
    .assert_eq(&notes.take());
}

#[tokio::test(start_paused = true)]
async fn token_failures_are_reported() {
    let notes = Notes::default();
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    server.answer_tokens([Action::Answer(429, ""), Action::Answer(401, "")]);
    let client = server.builder().observer(notes.clone()).build().unwrap();
    client
        .health_status()
        .get_status()
        .send()
        .await
        .unwrap_err();
    expect_test::expect![[r#"
        sent token 1
        token 1: 429
        slower: 0.00
        no token: status 429 without a body
        again getStatus after 0, no_token: the server did not receive the request
        sent token 1
        token 1: 401
        no token: not authorized, status 401 without a body; check the client id, the client secret and the API key
    "#]].assert_eq(&notes.take());
}

#[tokio::test(start_paused = true)]
async fn an_unconfirmed_operation_is_not_counted_as_created() {
    let notes = Notes::default();
    let server = Scripted::acts([Action::Answer(202, r#"{"transactionIdentifier":"a"}"#)]);
    let client = server
        .builder()
        .access_token("hush-token")
        .observer(notes.clone())
        .build()
        .unwrap();
    let row = r#"{"amount":1,"recipientBankAccount":"FI2112345600000785","paymentMethod":"BANK_TRANSFER","recipientNameAndAddress":{"name":"Aino"},
        "paymentDate":"2026-04-16","invoiceId":1,"invoiceVersion":"2026-04-15T09:30:00","currency":"EUR"}"#;
    let list = format!(r#"{{"payments":[{row}]}}"#);
    let list = serde_json::from_str::<InvoicePaymentList>(&list).unwrap();
    client.payments().pay_invoices(list).send().await.unwrap();
    let told = notes.take();
    assert!(told.contains("202") && !told.contains("created"), "{told}");
}

/// A POST that only reads does not create anything.
#[tokio::test(start_paused = true)]
async fn a_report_is_not_counted_as_created() {
    let notes = Notes::default();
    let server = Scripted::acts([Action::Answer(200, "{}")]);
    let client = server.builder().observer(notes.clone()).build().unwrap();
    let asked = serde_json::from_str::<LedgerAccountsReportRequest>(
        r#"{"startDate":"2026-01-01","endDate":"2026-02-01"}"#,
    );
    let call = client.reports().get_ledger_accounts_report(asked.unwrap());
    let result = call.send().await;
    let told = notes.take();
    assert!(
        result.is_ok() && told.contains("200") && !told.contains("created"),
        "{told} {result:?}"
    );
}

struct Clumsy;

impl Observer for Clumsy {
    fn sent(&self, _: &Sent) {
        panic!("sent")
    }

    fn finished(&self, _: &Finished<'_>) {
        panic!("finished")
    }

    fn retrying(&self, _: &Retrying) {
        panic!("retrying")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panicking_observer_does_not_fail_a_call() {
    let server = Scripted::acts([Action::Answer(503, ""), Action::Answer(200, STATUS)]);
    let client = server.builder().observer(Clumsy).build().unwrap();
    client.health_status().get_status().send().await.unwrap();
    assert_eq!(server.sent(), 2);
}

#[derive(Debug)]
struct Gone;

impl SharedLimit for Gone {
    fn acquire(&self, _: Duration, _: Duration) -> AcquireFuture<'_> {
        Box::pin(async { Err("no connection to the store".to_owned()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_shared_limit_is_reported_and_does_not_fail_a_call() {
    let notes = Notes::default();
    let limiter = RateLimiter::shared(RateLimit::per_second(100.0), Gone);
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let builder = server.builder().rate_limiter(limiter);
    let client = builder.observer(notes.clone()).build().unwrap();
    client.health_status().get_status().send().await.unwrap();
    let told = notes.take();
    assert_eq!(
        told.matches("the shared rate limit: no connection to the store")
            .count(),
        2
    );
}
