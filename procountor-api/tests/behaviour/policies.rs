//! Retries, delays and limits, in virtual time.

use std::time::{Duration, SystemTime};

use crate::support::{Action, Scripted};
use procountor_api::retry::RetryStop;
use procountor_api::v2604::*;
use procountor_api::{
    Error,
    client::TokioClock,
    rate::{RateLimit, RateLimiter},
    retry::{RetryBudget, RetryPolicy},
    v2604,
};
use tokio::time::Instant;

const STATUS: &str = r#"{"name":"api","version":"26.04"}"#;

async fn status(client: &v2604::Client) -> Result<Status, Error> {
    client.health_status().get_status().send().await
}

/// Each failure with an operation of each class: the number of attempts, and whether the outcome is unknown. The pipeline
/// follows the table in `retry`; these are the expected results.
#[tokio::test(start_paused = true)]
async fn the_retry_table() {
    let acts = [
        ("no connection", Action::NotSent),
        ("lost before sending", Action::LostBefore),
        ("lost after sending", Action::Lost),
        ("timed out", Action::TimedOut),
        ("429", Action::Answer(429, "")),
        ("500", Action::Answer(500, "")),
        ("503", Action::Answer(503, "")),
        ("401", Action::Answer(401, "")),
        ("400", Action::Answer(400, "")),
        ("408", Action::Answer(408, "")),
        ("409", Action::Answer(409, "")),
        ("302", Action::Answer(302, "")),
        ("too long", Action::TooLong),
    ];
    let mut table = String::new();
    for (name, act) in acts {
        let mut line = format!("{name:<20}");
        for class in 0..3 {
            let server = Scripted::acts([act.clone()]);
            let client = server.client();
            let error = match class {
                0 => status(&client).await.unwrap_err(),
                1 => {
                    let uuid = WebhookUuid("a".to_owned());
                    client
                        .webhooks()
                        .delete_webhook(uuid)
                        .send()
                        .await
                        .unwrap_err()
                }
                _ => client.comment().await.unwrap_err(),
            };
            let open = if error.is_outcome_unknown() {
                ", open"
            } else {
                ""
            };
            line += &format!(" {:<9}", format!("{}{open}", server.sent()));
            assert_eq!(error.may_have_taken_effect(), error.is_outcome_unknown());
        }
        table += line.trim_end();
        table.push('\n');
    }
    expect_test::expect![[r#"
        no connection        6         6         6
        lost before sending  6         6         6
        lost after sending   6         6, open   1, open
        timed out            6         6, open   1, open
        429                  6         6         1
        500                  6         6, open   1, open
        503                  6         6, open   1, open
        401                  2         2         2
        400                  1         1         1
        408                  1         1         1
        409                  1         1         1
        302                  1         1         1
        too long             1         1, open   1, open
    "#]]
    .assert_eq(&table);
}

#[tokio::test(start_paused = true)]
async fn retry_after_can_be_a_date() {
    // The wall clock goes as tokio's does; the date is 9 seconds after its start.
    let server = Scripted::acts([
        Action::AnswerWith(503, "", &[("retry-after", "Wed, 15 Apr 2026 09:30:09 GMT")]),
        Action::Answer(200, STATUS),
    ]);
    let clock = TokioClock::starting_at(moment());
    let client = server.builder().clock(clock).build().unwrap();
    let start = Instant::now();
    status(&client).await.unwrap();
    let took = start.elapsed();
    assert!(
        took >= Duration::from_millis(8_990) && took <= Duration::from_secs(10 + 1),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_long_retry_after_fails_with_the_delay() {
    let server = Scripted::acts([Action::AnswerWith(429, "", &[("retry-after", "300")])]);
    let client = server.client();
    let start = Instant::now();
    let error = status(&client).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    assert_eq!(error.retry_stop(), Some(RetryStop::RetryAfter));
    assert!(error.is_temporary() && error.is_rate_limited());
    expect_test::expect!["getStatus (GET /status): status 429 without a body; not sent again: the server requested a longer wait than the retry policy allows; try again after 300 s"].assert_eq(&error.to_string());

    let patient = RetryPolicy::default().longest_retry_after(Duration::from_secs(600));
    let call = client.health_status().get_status().retry(patient);
    let start = Instant::now();
    let error = call
        .timeout(Duration::from_secs(299))
        .send()
        .await
        .unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "a wait that cannot end is not begun"
    );
    assert_eq!(error.retry_stop(), Some(RetryStop::Deadline));
    expect_test::expect!["getStatus (GET /status): status 429 without a body; not sent again: the wait would have exceeded the timeout of the call; try again after 300 s"].assert_eq(&error.to_string());
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_the_token_endpoint_is_respected() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let busy = Action::AnswerWith(503, "", &[("retry-after", "30")]);
    server.answer_tokens([busy.clone()]);
    let start = Instant::now();
    status(&server.client()).await.unwrap();
    let took = start.elapsed();
    assert!(
        took >= Duration::from_secs(30) && took <= Duration::from_secs(32),
        "{took:?}"
    );

    // The operation was not sent, so even a create may be tried again.
    let server = Scripted::acts([Action::Answer(200, r#"{"id":7}"#)]);
    server.answer_tokens([busy, Action::Lost, Action::NotSent]);
    server.client().comment().await.unwrap();
    assert_eq!((server.sent(), server.token_requests().len()), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn the_retry_budget_is_shared_by_clones_and_refilled_by_success() {
    let server = Scripted::new(|index, _| match index {
        6..10 => Action::Answer(200, STATUS),
        _ => Action::Answer(503, ""),
    });
    let budget = RetryBudget::default().full(4).retry(1);
    let client = server.builder().retry_budget(budget).build().unwrap();
    // Four retries are in the bucket: the first call takes them all.
    let error = status(&client.clone()).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_stop()),
        (5, Some(RetryStop::Budget))
    );
    expect_test::expect!["getStatus (GET /status): status 503 without a body; not sent again: too many calls of this client failed recently (after 5 attempts)"].assert_eq(&error.to_string());
    let error = status(&client.clone()).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_stop()),
        (1, Some(RetryStop::Budget))
    );
    // Four successes fill it again, and a fifth would not overfill it.
    for _ in 0..4 {
        status(&client).await.unwrap();
    }
    let error = status(&client).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_stop()),
        (5, Some(RetryStop::Budget))
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_can_end_while_it_waits_for_a_permit() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let builder = server.builder().rate_limit(RateLimit::per_second(0.1));
    let client = builder.build().unwrap();
    let start = Instant::now();
    let call = client.health_status().get_status();
    // The token has the first place; the call's own would come ten seconds later.
    let error = call
        .timeout(Duration::from_secs(9))
        .send()
        .await
        .unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    assert_eq!((server.sent(), error.attempts()), (0, 0));
    assert!(error.is_temporary() && !error.may_have_taken_effect());
}

#[tokio::test(start_paused = true)]
async fn several_clients_can_share_a_limit() {
    let limiter = RateLimiter::new(RateLimit::per_second(2.0));
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let [first, second] = [(), ()].map(|()| {
        server
            .builder()
            .rate_limiter(limiter.clone())
            .build()
            .unwrap()
    });
    let start = Instant::now();
    for _ in 0..4 {
        let (a, b) = tokio::join!(status(&first), status(&second));
        a.and(b).unwrap();
    }
    // Two tokens and eight calls, half a second apart.
    assert!(
        start.elapsed() >= Duration::from_millis(4_500),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_429_slows_the_client_down() {
    let server = Scripted::acts([Action::Answer(429, ""), Action::Answer(200, STATUS)]);
    let limiter = RateLimiter::new(RateLimit::per_second(10.0));
    let client = server
        .builder()
        .rate_limiter(limiter.clone())
        .build()
        .unwrap();
    status(&client).await.unwrap();
    assert!(
        limiter.interval() > Duration::from_millis(180),
        "{:?}",
        limiter.interval()
    );
    // A token request is counted, and may be refused for the same reason.
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    server.answer_tokens([Action::Answer(429, "")]);
    let limiter = RateLimiter::new(RateLimit::per_second(10.0));
    let client = server
        .builder()
        .rate_limiter(limiter.clone())
        .build()
        .unwrap();
    status(&client).await.unwrap();
    assert!(
        limiter.interval() > Duration::from_millis(180),
        "{:?}",
        limiter.interval()
    );
}

#[tokio::test(start_paused = true)]
async fn the_longest_durations_do_not_overflow() {
    let server = Scripted::acts([Action::Answer(503, ""), Action::Answer(200, STATUS)]);
    let call = server.client().health_status().get_status();
    call.timeout(Duration::MAX).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn predicates_of_errors() {
    let mut table = String::new();
    let stale = r#"{"errors":[{"status":400,"field":"version","message":"stale"}]}"#;
    let code = r#"{"errors":[{"status":400,"message":"STALE_VERSION"}]}"#;
    let sentence = r#"{"errors":[{"status":400,"message":"The version is old."}]}"#;
    for (name, act) in [
        ("no connection", Action::NotSent),
        ("lost", Action::Lost),
        ("silence", Action::Silence),
        ("too long", Action::TooLong),
        ("400", Action::Answer(400, "")),
        ("400 of the version", Action::Answer(400, stale)),
        ("400 with a code", Action::Answer(400, code)),
        ("400 with a sentence", Action::Answer(400, sentence)),
        ("401", Action::Answer(401, "")),
        ("404", Action::Answer(404, "")),
        ("409", Action::Answer(409, "")),
        ("429", Action::Answer(429, "")),
        ("500", Action::Answer(500, "")),
        ("200, not JSON", Action::Answer(200, "<html>")),
    ] {
        for read in [true, false] {
            let server = Scripted::acts([act.clone()]);
            let client = server.client();
            let error = match read {
                true => {
                    let policy = RetryPolicy::none();
                    let call = client.health_status().get_status().retry(policy);
                    call.send().await.unwrap_err()
                }
                false => client.comment().await.unwrap_err(),
            };
            let facts: Vec<_> = [
                (error.is_temporary(), "temporary"),
                (error.is_not_found(), "not found"),
                (error.is_conflict(), "conflict"),
                (error.is_invalid(), "invalid"),
                (error.is_unauthorized(), "unauthorized"),
                (error.is_rate_limited(), "rate limited"),
                (error.may_have_taken_effect(), "may have taken effect"),
            ]
            .into_iter()
            .filter_map(|(is, what)| is.then_some(what))
            .collect();
            let verb = if read { "read" } else { "create" };
            table += format!("{name}, {verb}: {}", facts.join(", ")).trim_end();
            table.push('\n');
        }
    }
    expect_test::expect![[r#"
        no connection, read: temporary
        no connection, create: temporary
        lost, read: temporary
        lost, create: may have taken effect
        silence, read: temporary
        silence, create: may have taken effect
        too long, read:
        too long, create: may have taken effect
        400, read: invalid
        400, create: invalid
        400 of the version, read: conflict, invalid
        400 of the version, create: conflict, invalid
        400 with a code, read: conflict, invalid
        400 with a code, create: conflict, invalid
        400 with a sentence, read: invalid
        400 with a sentence, create: invalid
        401, read: unauthorized
        401, create: unauthorized
        404, read: not found
        404, create: not found
        409, read: conflict
        409, create: conflict
        429, read: temporary, rate limited
        429, create: temporary, rate limited
        500, read: temporary
        500, create: may have taken effect
        200, not JSON, read:
        200, not JSON, create: may have taken effect
    "#]]
    .assert_eq(&table);
}

fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_776_245_400)
}

/// A create with few fields.
trait Commenting {
    async fn comment(&self) -> Result<Comment, Error>;
}

impl Commenting for v2604::Client {
    async fn comment(&self) -> Result<Comment, Error> {
        let comment = Comment::from(CommentRequired {
            comment: "hei".to_owned(),
        });
        let call = self.invoices().save_invoice_comment(InvoiceId(1), comment);
        call.send().await
    }
}
