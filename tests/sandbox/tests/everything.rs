//! The sandbox as a whole: reads of every version, rate limit, ledger, shutdown.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::{Duration, Instant};

use procountor_sandbox::Sandbox;
use reqwest::Method;
use serde_json::json;
use support::{Fixture, builder};

#[tokio::test]
async fn every_read_without_a_path_parameter_succeeds() {
    let fixture = Fixture::machine().await;
    for operation in &fixture.sandbox.api().operations {
        let has_required = operation
            .parameters
            .iter()
            .any(|parameter| parameter.required);
        if operation.method.as_str() == "GET" && !has_required {
            let response = fixture
                .request(Method::GET, &operation.path)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 200, "{}", operation.path);
        }
    }
}

#[tokio::test]
async fn every_version_responds_to_its_operations() {
    for version in Sandbox::versions() {
        let fixture = Fixture::of(builder().version(version)).await;
        assert_eq!(fixture.sandbox.api().version, version);
        let mut count = 0;
        for operation in &fixture.sandbox.api().operations {
            let mut parameters = operation.parameters.iter();
            if operation.method.as_str() == "GET" && !parameters.any(|one| one.required) {
                let response = fixture.request(Method::GET, &operation.path).send();
                let status = response.await.unwrap().status();
                assert_eq!(status, 200, "{version} {}", operation.path);
                count += 1;
            }
        }
        assert!(count > 30, "{version}: {count}");
    }
}

#[tokio::test]
async fn the_rate_limit_holds() {
    let fixture = Fixture::of(builder().rate_limit(5)).await;
    let started = Instant::now();
    let mut refused = 0;
    for _ in 0..12 {
        let response = fixture
            .request(Method::GET, "/status")
            .send()
            .await
            .unwrap();
        if response.status() == 429 {
            refused += 1;
            assert_eq!(response.headers()["retry-after"], "1");
            let body: serde_json::Value = response.json().await.unwrap();
            assert_eq!(body["errors"][0]["status"], 429);
        }
    }
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "too slow for this test"
    );
    assert_eq!(refused, 7);
    assert_eq!(fixture.sandbox.ledger().rate_limit_violations, 7);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(fixture.get("/status").await.0, 200);
}

#[tokio::test]
async fn the_ledger_records_requests() {
    let fixture = Fixture::machine().await;
    let (_, created) = fixture
        .post(
            "/products/groups",
            &json!({ "name": "Uudet", "type": "SALES" }),
        )
        .await;
    fixture.get("/invoices?size=1").await;
    let ledger = fixture.sandbox.ledger();
    assert_eq!(ledger.token_requests, 1);
    let statuses: Vec<_> = ledger
        .entries
        .iter()
        .map(|entry| (entry.operation.as_deref(), entry.status))
        .collect();
    assert_eq!(
        statuses,
        [
            (None, 200),
            (Some("addProductGroupName"), 200),
            (Some("searchInvoice"), 200)
        ]
    );
    assert_eq!(ledger.entries[1].effects[0].id, created["id"].to_string());
    assert_eq!(ledger.entries[2].query.as_deref(), Some("size=1"));
}

#[tokio::test]
async fn shutdown_frees_the_port() {
    let sandbox = builder().start().await.unwrap();
    let url = sandbox.base_url();
    let port: u16 = url
        .split(':')
        .nth(2)
        .unwrap()
        .trim_end_matches("/api")
        .parse()
        .unwrap();
    sandbox.shutdown().await;
    assert!(reqwest::get(format!("{url}/status")).await.is_err());
    let again = builder().port(port).start().await.unwrap();
    assert_eq!(again.base_url(), url);
    let taken = builder().port(port).start().await.unwrap_err();
    assert!(taken.to_string().contains("port"));
}

#[tokio::test]
async fn an_unknown_version_is_an_error_that_lists_the_known_ones() {
    let error = Sandbox::builder()
        .version("19.01")
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("26.04"), "{error}");
}
