//! Each check must find what it is for: runs that hold everything say nothing of that.

use super::*;

#[test]
fn rows_that_come_twice_or_not_at_all_are_found() {
    let stayed: BTreeSet<i64> = [1, 2, 3].into();
    let outcome = |rows: &[i64]| Outcome {
        rows: rows.to_vec(),
        ..Outcome::default()
    };
    assert_eq!(exactly_once(&outcome(&[1, 2, 3, 4]), &stayed), None);
    let twice = exactly_once(&outcome(&[1, 2, 2, 3]), &stayed);
    assert_eq!(twice.as_deref(), Some("rows came twice: [2]"));
    let missing = exactly_once(&outcome(&[1, 3]), &stayed);
    assert_eq!(
        missing.as_deref(),
        Some("1 rows are missing, and no error: [2]")
    );
}

#[test]
fn a_call_that_takes_too_long_is_found() {
    let outcome = Outcome {
        longest: Duration::from_secs(3),
        ..Outcome::default()
    };
    assert_eq!(in_time(&outcome, Duration::from_secs(3)), None);
    assert!(in_time(&outcome, Duration::from_secs(2)).is_some());
}

#[test]
fn a_secret_is_found_and_not_shown() {
    let secrets = ["sandbox-api-key".to_owned()];
    assert_eq!(
        secrets::found("a key: sandbox-api-key!", &secrets),
        ["sandbox-api-key"]
    );
    assert_eq!(secrets::found("a key: …", &secrets), Vec::<&str>::new());
    assert_eq!(secrets::hint("sandbox-api-key"), "sandbo…");
}

/// A client that sends again what must not be sent again, and one that says that nothing happened.
#[tokio::test(start_paused = true)]
async fn effects_that_happen_twice_or_unknown_to_the_caller_are_found() {
    let sandbox = Arc::new(Sandbox::builder().without_sockets().unwrap());
    let chance = Case {
        fault: procountor_sandbox::Fault::ResetAfter,
        class: Class::Delete,
        seed: 1,
    }
    .chance();
    let clients = Clients::new(&sandbox, &chance).unwrap();
    let scene = clients.prepare(10).await.unwrap();
    let outcome = clients.act(Class::Upload, scene, &chance).await;
    assert!(outcome.error.is_none(), "{:?}", outcome.error);
    let requests = sandbox.ledger().entries;
    // The one that prepared the scene, and the one that was the act.
    let twice = once(Class::Upload, &requests, None);
    assert_eq!(twice.as_deref(), Some("it happened 2 times"));
    let last = requests.last().map(std::slice::from_ref).unwrap();
    assert_eq!(once(Class::Upload, last, None), None);
    let read = once(Class::Read, last, None);
    assert!(read.unwrap().starts_with("a read changed /attachments/"));
    let nothing = once(Class::Create, last, None);
    assert_eq!(
        nothing.as_deref(),
        Some("it was told to be done, and did not happen")
    );
}

/// A client that knows no limit.
#[tokio::test(start_paused = true)]
async fn a_request_too_many_is_found() {
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
    assert_eq!(within_limit(&sandbox.ledger()), None);
    sandbox.exchange(request()).await.unwrap();
    assert_eq!(
        within_limit(&sandbox.ledger()).as_deref(),
        Some("the server counted a request too many at 0ns")
    );
}
