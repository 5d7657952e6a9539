//! Sends every operation of every version to the sandbox.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use procountor_api::{OnBehalfCredentials, rate::RateLimit};
use procountor_conformance::{Report, Target, Totals, TypedVersion, UserCredential, versions};
use procountor_sandbox::{Builder, Ledger, Sandbox};

/// Sends every operation of a version to its own sandbox.
async fn run(
    version: TypedVersion,
    builder: Builder,
    rate_limit: Option<RateLimit>,
) -> (Report, Ledger) {
    let sandbox = builder.version(version.number).start().await.unwrap();
    let credentials = OnBehalfCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.refresh_token(),
    );
    let target = Target {
        base_url: sandbox.base_url(),
        credential: UserCredential::OnBehalf(credentials),
        recorder: None,
        rate_limit,
        strict: true,
    };
    let api = Sandbox::model(version.number).unwrap();
    let report = version.run(&api, target, || {}).await.unwrap();
    let ledger = sandbox.ledger();
    // The server received each operation twice: with every property and with the required ones only.
    let missing = api
        .operations
        .iter()
        .filter(|operation| ledger.of(&operation.id).count() < 2);
    assert_eq!(
        missing.map(|operation| &operation.id).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "{}",
        version.number
    );
    (report, ledger)
}

#[tokio::test]
async fn every_operation_is_sent_and_its_response_is_decoded_without_loss() {
    for version in versions() {
        let builder = Sandbox::builder().rate_limit(None);
        let (report, _) = run(version, builder, Some(RateLimit::unlimited())).await;
        assert_eq!(report.version, version.number);
        assert!(report.failures.is_empty(), "{report:#?}");
        let api = Sandbox::model(version.number).unwrap();
        let operations = api.operations.len();
        let batches = api
            .operations
            .iter()
            .filter(|operation| operation.batch.is_some());
        let endpoints = operations + batches.count();
        assert!(endpoints > 100, "{endpoints}");
        let requests = 2 * endpoints;
        let expected = Totals {
            operations,
            exercised: operations,
            requests,
            failed: 0,
        };
        assert_eq!(report.totals, expected);
    }
}

#[tokio::test]
async fn the_rate_limit_of_production_is_respected_and_one_token_is_enough() {
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
