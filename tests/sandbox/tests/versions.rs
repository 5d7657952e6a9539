//! The sandbox of every version: its books satisfy its specification, and its paths are the vendor's.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeSet;

use procountor_codegen::model::{Method, Operation};
use procountor_sandbox::{ResponseValidator, Sandbox};
use reqwest::Client;
use serde_json::{Value, json};
use support::{Fixture, builder};

/// Returns the rows of a response in any field.
fn rows(response: &Value) -> Vec<Value> {
    let lists = match response {
        Value::Array(rows) => return rows.clone(),
        Value::Object(members) => members.values().filter_map(Value::as_array),
        _ => return Vec::new(),
    };
    lists.flatten().cloned().collect()
}

struct Reader {
    fixture: Fixture,
    validator: ResponseValidator,
}

impl Reader {
    async fn of(version: &str) -> Self {
        Self {
            fixture: Fixture::of(builder().version(version)).await,
            validator: ResponseValidator::new(Sandbox::model(version).unwrap()),
        }
    }

    /// Reads and validates the response.
    async fn read(&self, operation: &Operation, path: &str) -> Value {
        let request = self.fixture.request(reqwest::Method::GET, path);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap();
        let version = &self.fixture.sandbox.api().version;
        let problems = self.validator.problems(operation, status, &body);
        let shown = String::from_utf8_lossy(&body);
        assert!(
            problems.is_empty(),
            "{version} {path}: {problems:?}\n{shown:.2000}"
        );
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// Reads a list, or its first page; a unit test validates every document.
    async fn list(&self, operation: &Operation) -> Vec<Value> {
        let path = &operation.path;
        match &operation.policy.paging {
            Some(paging) => {
                let path = format!("{path}?size={}", paging.max_size);
                rows(&self.read(operation, &path).await[&paging.rows])
            }
            None => rows(&self.read(operation, path).await),
        }
    }
}

/// Returns the operation that reads one document of a list, and the name of its placeholder.
fn item<'a>(operations: &'a [Operation], list: &Operation) -> Option<(&'a Operation, &'a str)> {
    operations.iter().find_map(|operation| {
        let name = operation
            .path
            .strip_prefix(&format!("{}/{{", list.path))?
            .strip_suffix('}')?;
        (operation.method == Method::Get && !name.contains('/')).then_some((operation, name))
    })
}

#[tokio::test]
async fn the_books_of_every_version_satisfy_its_specification() {
    for version in Sandbox::versions() {
        let reader = Reader::of(version).await;
        let operations = &reader.fixture.sandbox.api().operations;
        let (mut filled, mut items) = (BTreeSet::new(), 0);
        for list in operations
            .iter()
            .filter(|known| known.method == Method::Get)
        {
            if list.parameters.iter().any(|parameter| parameter.required) {
                continue;
            }
            let rows = reader.list(list).await;
            if !rows.is_empty() {
                filled.insert(list.path.as_str());
            }
            let Some((operation, name)) = item(operations, list) else {
                continue;
            };
            for index in BTreeSet::from([0, rows.len() / 2, rows.len().saturating_sub(1)]) {
                let Some(row) = rows.get(index) else { continue };
                let key = row.get(name).or_else(|| row.get("id"));
                let key = key.map(|key| key.to_string()).unwrap_or_default();
                let key = key.trim_matches('"');
                if !key.is_empty() {
                    reader
                        .read(operation, &format!("{}/{key}", list.path))
                        .await;
                    items += 1;
                }
            }
        }
        for path in [
            "/invoices",
            "/ledgerreceipts",
            "/businesspartners",
            "/products",
            "/coa",
        ] {
            assert!(filled.contains(path), "{version} {path} is empty");
        }
        assert!(items > 20, "{version}: {items} documents were read");
        check_search(&reader).await;
        check_invoice(&reader).await;
    }
}

async fn check_search(reader: &Reader) {
    let version = &reader.fixture.sandbox.api().version;
    let path = "/invoices?status=PAID&startDate=2025-06-01&size=200";
    let (status, page) = reader.fixture.get(path).await;
    assert_eq!(status, 200, "{version}: {page}");
    let found = rows(&page["results"]);
    assert!(!found.is_empty(), "{version}");
    for row in found {
        assert_eq!(row["status"], "PAID", "{version}");
        assert!(
            row["date"].as_str() >= Some("2025-06-01"),
            "{version}: {row}"
        );
    }
}

/// Moves an invoice from creation to payment, and compares its receipt.
async fn check_invoice(reader: &Reader) {
    let Reader { fixture, .. } = reader;
    let api = fixture.sandbox.api();
    let read = |path: &str| {
        let path = path.to_owned();
        let mut operations = api.operations.iter();
        operations
            .find(|known| known.method == Method::Get && known.path == path)
            .unwrap()
    };
    let mut invoice = support::invoice();
    // Some versions require fields that the server sets.
    let set = [("status", "UNFINISHED"), ("version", "2026-04-15T08:00:00")];
    for field in &api.schema("Invoice").unwrap().fields {
        let value = set.iter().find(|(name, _)| *name == field.wire);
        if let Some((name, value)) = value.filter(|_| field.required) {
            invoice[*name] = (*value).into();
        }
    }
    let (status, created) = fixture.post("/invoices", &invoice).await;
    assert_eq!(status, 200, "{}: {created}", api.version);
    let (id, receipt) = (&created["id"], &created["ledgerReceiptId"]);
    let steps = [
        ("approve", "NOT_SENT"),
        ("unfinished", "UNFINISHED"),
        ("invalidate", "INVALIDATED"),
        ("unfinished", "UNFINISHED"),
        ("approve", "NOT_SENT"),
        ("send", "SENT"),
        ("paymentevents/markpaid", "PAID"),
    ];
    for (step, expected) in steps {
        let path = format!("/invoices/{id}/{step}");
        let paid = json!({ "paymentDate": "2026-04-20", "amount": 36.32, "currency": "EUR" });
        let (status, response) = match step {
            "paymentevents/markpaid" => fixture.put(&path, &paid).await,
            "approve" => fixture.put(&path, &json!({})).await,
            _ => fixture.put_empty(&path).await,
        };
        assert_eq!(status, 200, "{} {step}: {response}", api.version);
        let path = format!("/invoices/{id}");
        let invoice = reader.read(read("/invoices/{invoiceId}"), &path).await;
        let path = format!("/ledgerreceipts/{receipt}");
        let receipt = reader
            .read(read("/ledgerreceipts/{receiptId}"), &path)
            .await;
        let statuses = (&invoice["status"], &receipt["status"]);
        assert_eq!(
            statuses,
            (&expected.into(), &expected.into()),
            "{} {step}",
            api.version
        );
    }
}

#[tokio::test]
async fn every_version_is_served_under_its_own_path_and_the_shared_ones() {
    for version in Sandbox::versions() {
        let sandbox = builder().version(version).start().await.unwrap();
        assert!(sandbox.base_url().ends_with("/api"));
        assert_eq!(sandbox.base_url(), format!("{}/api", sandbox.host_url()));
        let own = sandbox.api().lifecycle.path.as_str();
        let prefixes = BTreeSet::from([own, "/api", "/latest/api", "/supported/api"]);
        for prefix in &prefixes {
            let (status, response) = token(&sandbox, prefix).await;
            assert_eq!(status, 200, "{version} {prefix}: {response}");
            let (status, response) = read(&sandbox, prefix, &response["access_token"]).await;
            assert_eq!(status, 200, "{version} {prefix}: {response}");
            assert_eq!(response["version"], version, "{prefix}");
        }
        // Unknown prefixes, and those of other versions.
        let others = Sandbox::versions().map(|known| Sandbox::model(known).unwrap());
        let others: Vec<String> = others.map(|api| api.lifecycle.path.clone()).collect();
        let strange = others
            .iter()
            .map(String::as_str)
            .chain(["/v9912/api", "/v9912"]);
        let known = sandbox.access_token();
        for prefix in strange.filter(|prefix| !prefixes.contains(prefix)) {
            assert_eq!(token(&sandbox, prefix).await.0, 404, "{version} {prefix}");
            let (status, response) = read(&sandbox, prefix, &known.as_str().into()).await;
            assert_eq!(status, 404, "{version} {prefix}");
            let message = response["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(own), "{message}");
        }
    }
}

async fn token(sandbox: &Sandbox, prefix: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
        ("api_key", sandbox.api_key()),
    ];
    let url = format!("{}{prefix}/oauth/token", sandbox.host_url());
    support::read(Client::new().post(url).form(&form).send().await.unwrap()).await
}

async fn read(sandbox: &Sandbox, prefix: &str, token: &Value) -> (u16, Value) {
    let url = format!("{}{prefix}/status", sandbox.host_url());
    let request = Client::new().get(url).bearer_auth(token.as_str().unwrap());
    support::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_dimension_is_renamed_by_the_id_in_the_body() {
    let mut tried = 0;
    for version in Sandbox::versions() {
        let api = Sandbox::model(version).unwrap();
        let mut operations = api.operations.iter();
        if !operations.any(|known| known.method == Method::Put && known.path == "/dimensions") {
            continue;
        }
        tried += 1;
        let reader = Reader::of(version).await;
        let (_, mut dimension) = reader.fixture.get("/dimensions/90002").await;
        dimension["name"] = "Hanke".into();
        let (status, response) = reader.fixture.put("/dimensions", &dimension).await;
        assert_eq!(
            (status, &response["name"]),
            (200, &dimension["name"]),
            "{version}"
        );
        assert_eq!(reader.fixture.get("/dimensions/90002").await.1, dimension);
        let only_named = json!({ "id": 90002, "name": "Hanke" });
        let (_, response) = reader.fixture.put("/dimensions", &only_named).await;
        assert_eq!(response, dimension, "the items stay");
        dimension["id"] = 1.into();
        assert_eq!(reader.fixture.put("/dimensions", &dimension).await.0, 404);
        dimension.as_object_mut().unwrap().remove("id");
        let (status, refusal) = reader.fixture.put("/dimensions", &dimension).await;
        assert_eq!(
            (status, support::fields(&refusal)),
            (400, vec!["id"]),
            "{version}"
        );
    }
    assert!(tried > 0);
}
