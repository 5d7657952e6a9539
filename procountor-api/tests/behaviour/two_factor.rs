//! Two-factor operations and the wait for their outcome.

use std::time::Duration;

use crate::support::{Action, Scripted};
use procountor_api::v2604::operations::*;
use procountor_api::v2604::*;
use procountor_api::{
    Environment, ErrorKind,
    two_factor::{TwoFactorOutcome, WaitPolicy},
    v2604,
};
use tokio::time::Instant;

const BEGUN: Action = Action::Answer(
    202,
    r#"{"transactionIdentifier":"tx-1","confirmationApp":"PROCOUNTOR_KEY"}"#,
);
const WAITS: Action = Action::Answer(202, r#"{"message":"not yet"}"#);
const DONE: Action = Action::Answer(200, r#"{"info":{"message":"ok"}}"#);

type Person = v2604::Client<procountor_api::OnBehalf>;

fn person(server: &Scripted) -> Person {
    v2604::Client::builder()
        .environment(Environment::Custom("https://books.example/api".to_owned()))
        .access_token("token")
        .transport(server.clone())
        .build()
        .unwrap()
}

async fn begin(
    server: &Scripted,
) -> procountor_api::two_factor::Confirmation<V2604, procountor_api::OnBehalf> {
    let payment = person(server).payments().remove_payment(PaymentId(7));
    payment.begin().await.unwrap()
}

/// Begins an operation and waits for the outcome that the server reports.
async fn after(acts: impl IntoIterator<Item = Action>) -> (Scripted, Told, Duration) {
    let acts: Vec<_> = [BEGUN].into_iter().chain(acts).collect();
    let server = Scripted::acts(acts);
    let confirmation = begin(&server).await;
    let start = Instant::now();
    let told = confirmation.wait(GetMfaTransactionResult::new).await;
    (server, told, start.elapsed())
}

type Told = Result<TwoFactorOutcome<MfaTransactionResult>, procountor_api::Error>;

#[tokio::test(start_paused = true)]
async fn the_outcome_is_requested_until_it_is_done() {
    let (server, told, took) = after([WAITS, WAITS, WAITS, WAITS, DONE]).await;
    let Ok(TwoFactorOutcome::Done(result)) = told else {
        panic!("{told:?}")
    };
    assert_eq!(result.info.unwrap().message.as_deref(), Some("ok"));
    assert_eq!(
        server.uris()[1],
        "https://books.example/api/mfatransactionresult/tx-1"
    );
    assert_eq!(server.sent(), 6);
    // 2 + 4 + 8 + 8 + 8
    assert_eq!(took.as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn each_status_is_an_outcome() {
    let body = r#"{"errors":[{"status":4,"message":"SO"}]}"#;
    let (_, told, _) = after([WAITS, Action::Answer(406, body)]).await;
    assert!(
        matches!(told, Ok(TwoFactorOutcome::Refused(error)) if error.messages[0].message == "SO")
    );
    let (_, told, _) = after([Action::Answer(408, body)]).await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Expired(_))));
    // The answer with the result was lost on its way.
    let (server, told, _) = after([Action::Lost, Action::Answer(409, body)]).await;
    assert!(matches!(told, Ok(TwoFactorOutcome::AlreadyProcessed(_))));
    assert_eq!(server.sent(), 3);
    let (server, told, _) = after([Action::Answer(403, body)]).await;
    assert_eq!(told.unwrap_err().status(), Some(403));
    assert_eq!(server.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_temporary_error_does_not_end_the_wait() {
    let (server, told, _) = after([
        Action::NotSent,
        Action::Lost,
        Action::Silence,
        Action::Answer(503, ""),
        Action::Answer(429, ""),
        DONE,
    ])
    .await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Done(_))), "{told:?}");
    assert_eq!(server.sent(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_can_be_missing_at_first() {
    let (_, told, _) = after([Action::Answer(404, ""), WAITS, DONE]).await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Done(_))));
    let (_, told, took) = after([Action::Answer(404, "")]).await;
    assert!(told.unwrap_err().is_not_found());
    assert_eq!(took.as_secs(), 14, "the first question after ten seconds");
}

#[tokio::test(start_paused = true)]
async fn the_wait_ends_after_five_minutes() {
    let (server, told, took) = after([WAITS]).await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Pending)));
    assert_eq!(took.as_secs(), 300);
    assert!((38..=42).contains(&server.sent()), "{}", server.sent());
    let (_, told, took) = after([WAITS, Action::NotSent]).await;
    assert!(matches!(told.unwrap_err().kind(), ErrorKind::Transport(_)));
    assert_eq!(took.as_secs(), 300);
}

#[tokio::test(start_paused = true)]
async fn the_time_counts_from_the_begin_of_the_operation() {
    let server = Scripted::acts([BEGUN, WAITS]);
    let confirmation = begin(&server).await;
    tokio::time::sleep(Duration::from_secs(299)).await;
    let start = Instant::now();
    let told = confirmation
        .wait(GetMfaTransactionResult::new)
        .await
        .unwrap();
    assert_eq!(
        (told, start.elapsed().as_secs()),
        (TwoFactorOutcome::Pending, 1)
    );
    let told = confirmation
        .wait(GetMfaTransactionResult::new)
        .await
        .unwrap();
    assert_eq!((told, server.sent()), (TwoFactorOutcome::Pending, 3));
}

#[tokio::test(start_paused = true)]
async fn the_schedule_can_be_set_and_dropping_ends_the_wait() {
    let server = Scripted::acts([BEGUN, WAITS]);
    let confirmation = begin(&server).await;
    let second = Duration::from_secs(1);
    let policy = WaitPolicy::default()
        .first_delay(second)
        .longest_delay(second);
    let waiting = confirmation.wait_with(policy, GetMfaTransactionResult::new);
    let given_up = tokio::time::timeout(Duration::from_millis(4_500), waiting).await;
    assert!(given_up.is_err());
    assert_eq!(server.sent(), 1 + 4);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(server.sent(), 1 + 4);
}

#[tokio::test(start_paused = true)]
async fn a_stored_identifier_is_enough() {
    let server = Scripted::acts([WAITS, Action::Lost, DONE]);
    let client = person(&server);
    let ask = || {
        let id = MfaTransactionId("tx-9".to_owned());
        client
            .multi_factor_authentication()
            .get_mfa_transaction_result(id)
    };
    assert!(matches!(
        ask().outcome().await,
        Ok(TwoFactorOutcome::Pending)
    ));
    assert!(matches!(ask().wait().await, Ok(TwoFactorOutcome::Done(_))));
    assert!(server.uris().iter().all(|uri| uri.ends_with("/tx-9")));
}

/// Before 26.04 the request is a PUT without an effect, so a lost response to it does not matter.
#[tokio::test(start_paused = true)]
#[allow(deprecated)]
async fn older_versions_are_polled_the_same_way() {
    let server = Scripted::acts([BEGUN, Action::Lost, WAITS, Action::Answer(406, "")]);
    let confirmation = begin(&server).await;
    let told = confirmation.wait(ConfirmPayments::new).await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Refused(_))), "{told:?}");
    assert!(server.uris()[1].ends_with("/payments/tx-1/confirm"));

    let server = Scripted::acts([Action::Lost, Action::Answer(409, "")]);
    let id = MfaTransactionId("tx-1".to_owned());
    let told = person(&server)
        .users()
        .confirm_user_update(id)
        .outcome()
        .await;
    assert!(
        matches!(told, Ok(TwoFactorOutcome::AlreadyProcessed(_))),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_two_factor_operation_is_not_sent_again() {
    for act in [
        Action::Lost,
        Action::Answer(503, ""),
        Action::Answer(429, ""),
    ] {
        let server = Scripted::acts([act]);
        let payment = person(&server).payments().remove_payment(PaymentId(7));
        let error = payment.begin().await.unwrap_err();
        assert_eq!(server.sent(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_without_an_identifier_is_an_error() {
    let server = Scripted::acts([Action::Answer(202, r#"{"confirmationApp":"X"}"#)]);
    let payment = person(&server).payments().remove_payment(PaymentId(7));
    assert_eq!(
        payment.begin().await.unwrap_err().to_string(),
        r#"removePayment (DELETE /payments/{paymentId}): status 202, but the response cannot be decoded: transactionIdentifier: expected a string, to request the outcome with, found nothing; the body starts with: {"confirmationApp":"X"}"#
    );
}
