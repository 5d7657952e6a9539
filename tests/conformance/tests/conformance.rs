//! Every operation of every version, against the sandbox.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use procountor_api::{OnBehalfCredentials, rate::RateLimit};
use procountor_conformance::{Person, Report, Target, Typed, versions};
use procountor_sandbox::{Builder, Ledger, Sandbox};

/// Sends every operation of a version to a sandbox of its own.
async fn run(version: Typed, builder: Builder, rate_limit: Option<RateLimit>) -> (Report, Ledger) {
    let sandbox = builder.version(version.number).start().await.unwrap();
    let person = OnBehalfCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.refresh_token(),
    );
    let target = Target {
        base_url: sandbox.base_url(),
        person: Person::Credentials(person),
        record: None,
        rate_limit,
        strict: true,
    };
    let api = Sandbox::model(version.number).unwrap();
    let report = version.run(&api, target, |_, _| {}).await.unwrap();
    let ledger = sandbox.ledger();
    // The server saw each of them too, with every property and with the required ones only.
    let unseen = api
        .operations
        .iter()
        .filter(|operation| ledger.of(&operation.id).count() < 2);
    assert_eq!(
        unseen.map(|operation| &operation.id).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "{}",
        version.number
    );
    (report, ledger)
}

#[tokio::test]
async fn every_operation_is_sent_and_its_answer_is_read_without_loss() {
    for version in versions() {
        let builder = Sandbox::builder().rate_limit(None);
        let (report, _) = run(version, builder, Some(RateLimit::unlimited())).await;
        assert_eq!(report.version, version.number);
        assert!(report.failures.is_empty(), "{report:#?}");
        let api = Sandbox::model(version.number).unwrap();
        let of_several = api.operations.iter().filter(|known| known.batch.is_some());
        let endpoints = api.operations.len() + of_several.count();
        assert!(endpoints > 100, "{endpoints}");
        assert_eq!(
            (report.operations, report.exercised, report.requests),
            (api.operations.len(), api.operations.len(), 2 * endpoints)
        );
    }
}

#[tokio::test]
async fn the_rate_limit_of_production_is_kept_and_one_token_is_enough() {
    let version = *versions().last().unwrap();
    let (report, ledger) = run(version, Sandbox::builder(), None).await;
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert_eq!(
        (ledger.token_requests, ledger.rate_limit_violations),
        (1, 0)
    );
}

#[test]
fn every_version_of_the_specification_has_typed_endpoints() {
    let typed: Vec<_> = versions().iter().map(|version| version.number).collect();
    assert_eq!(typed, Sandbox::versions().collect::<Vec<_>>());
}
