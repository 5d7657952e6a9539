//! Each check must detect its violation: the runs of the command pass, so they do not show that.

use super::*;

#[test]
fn repeated_and_missing_rows_are_detected() {
    let unchanged: BTreeSet<i64> = [1, 2, 3].into();
    let outcome = |rows: &[i64]| Outcome {
        rows: rows.to_vec(),
        ..Outcome::default()
    };
    assert_eq!(check_rows(&outcome(&[1, 2, 3, 4]), &unchanged), None);
    let repeated = check_rows(&outcome(&[1, 2, 2, 3]), &unchanged);
    assert_eq!(repeated.as_deref(), Some("repeated rows: [2]"));
    let missing = check_rows(&outcome(&[1, 3]), &unchanged);
    assert_eq!(
        missing.as_deref(),
        Some("1 rows are missing without an error: [2]")
    );
}

#[test]
fn a_call_that_exceeds_its_timeout_is_detected() {
    let outcome = Outcome {
        longest: Duration::from_secs(3),
        ..Outcome::default()
    };
    assert_eq!(check_time(&outcome, Duration::from_secs(3)), None);
    assert!(check_time(&outcome, Duration::from_secs(2)).is_some());
}

#[test]
fn a_secret_is_detected_and_shortened() {
    let secrets = ["sandbox-api-key".to_owned()];
    assert_eq!(
        secrets::find("a key: sandbox-api-key!", &secrets),
        ["sandbox-api-key"]
    );
    assert_eq!(secrets::find("a key: …", &secrets), Vec::<&str>::new());
    assert_eq!(secrets::hint("sandbox-api-key"), "sandbo…");
}

#[tokio::test(start_paused = true)]
async fn repeated_missing_and_unintended_effects_are_detected() {
    let sandbox = Arc::new(Sandbox::builder().without_sockets().unwrap());
    let params = Case {
        fault: procountor_sandbox::Fault::ResetAfter,
        class: Class::Delete,
        seed: 1,
    }
    .params();
    let clients = Clients::new(&sandbox, &params).unwrap();
    let fixture = clients.prepare(10).await.unwrap();
    let outcome = clients.run(Class::Upload, fixture, &params).await;
    assert!(outcome.error.is_none(), "{:?}", outcome.error);
    let requests = sandbox.ledger().entries;
    // The fixture needed an upload as well.
    let repeated = check_effects(Class::Upload, &requests, None);
    assert_eq!(repeated.as_deref(), Some("the change happened 2 times"));
    let last = requests.last().map(std::slice::from_ref).unwrap();
    assert_eq!(check_effects(Class::Upload, last, None), None);
    let read = check_effects(Class::Read, last, None);
    assert!(read.unwrap().starts_with("a read changed /attachments/"));
    let missing = check_effects(Class::Create, last, None);
    assert_eq!(
        missing.as_deref(),
        Some("the call succeeded, but the change did not happen")
    );
}

/// The requests bypass the client and its rate limiter.
#[tokio::test(start_paused = true)]
async fn a_request_over_the_limit_is_detected() {
    let sandbox = Sandbox::builder().rate_limit(3).without_sockets().unwrap();
    let request = || {
        http::Request::get(format!("{}/company", sandbox.base_url()))
            .header(
                "authorization",
                format!("Bearer {}", sandbox.access_token()),
            )
            .body(Bytes::new())
            .unwrap()
    };
    for _ in 0..3 {
        sandbox.exchange(request()).await.unwrap();
    }
    assert_eq!(check_rate(&sandbox.ledger()), None);
    sandbox.exchange(request()).await.unwrap();
    let violation = check_rate(&sandbox.ledger());
    assert_eq!(
        violation.as_deref(),
        Some("the server counted too many requests at 0ns")
    );
}
