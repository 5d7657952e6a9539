//! Every operation of the newest version, against the sandbox.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use procountor_api::OnBehalfCredentials;
use procountor_api::v2604::V2604;
use procountor_conformance::{Person, Target, run};
use procountor_sandbox::Sandbox;

#[tokio::test]
async fn every_operation_is_sent_and_its_answer_is_read_without_loss() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let person = OnBehalfCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.refresh_token(),
    );
    let target = Target {
        base_url: sandbox.base_url(),
        person: Person::Credentials(person),
        record: None,
    };
    let report = run::<V2604>(sandbox.api(), target, |_, _| {})
        .await
        .unwrap();
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert_eq!(
        (report.operations, report.exercised, report.requests),
        (192, 192, 394)
    );

    let ledger = sandbox.ledger();
    assert_eq!(
        (ledger.token_requests, ledger.rate_limit_violations),
        (1, 0)
    );
    // The server saw each of them too.
    let unseen = sandbox
        .api()
        .operations
        .iter()
        .filter(|operation| ledger.of(&operation.id).count() < 2);
    assert_eq!(
        unseen.map(|operation| &operation.id).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}
