//! The strict checks of a request, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Fixture, fields, invoice, read};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends a raw request, which a client would normalize.
async fn raw(fixture: &Fixture, line: &str, rest: &str) -> String {
    let address = fixture.sandbox.host_url().replace("http://", "");
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n{rest}",
        fixture.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn paths_and_methods() {
    let fixture = Fixture::machine().await;
    assert_eq!(fixture.get("/nothing").await.0, 404);
    assert_eq!(fixture.get("/Invoices").await.0, 404);
    assert_eq!(fixture.delete("/invoices").await.0, 405);
    assert_eq!(fixture.get("/invoices/abc").await.0, 400);
    assert_eq!(fixture.get("/invoices/1").await.0, 404);
    for line in [
        "GET /api/invoices/../products",
        "GET /api/invoices/%2e%2e",
        "GET /api//invoices",
        "GET /api/invoices/",
    ] {
        let response = raw(&fixture, line, "\r\n").await;
        assert!(response.starts_with("HTTP/1.1 400"), "{line}: {response}");
    }
}

#[tokio::test]
async fn query_parameters() {
    let fixture = Fixture::machine().await;
    let cases = [
        ("/invoices?nothing=1", "nothing"),
        ("/invoices?startDate=1.2.2026", "startDate"),
        ("/invoices?startDate=2026-02-30", "startDate"),
        (
            "/invoices?createdStartDate=2026-02-01T10:00",
            "createdStartDate",
        ),
        (
            "/invoices?createdStartDate=2026-02-01T10:00:00Z",
            "createdStartDate",
        ),
        ("/invoices?status=SENT&status=PAID", "status"),
        ("/invoices?status=LOST", "status"),
        ("/invoices?size=201", "size"),
        ("/invoices?size=0", "size"),
        ("/invoices?size=many", "size"),
        ("/invoices?page=-1", "page"),
        ("/invoices?orderById=UP", "orderById"),
        (
            "/invoices?startDate=2026-01-01&startDate=2026-01-02",
            "startDate",
        ),
        ("/invoices/transactions?invoiceIds=1,2", "invoiceIds"),
        ("/invoices/transactions", "invoiceIds"),
        ("/businesspartners?name=Oy", "name"),
        ("/businesspartners?active=yes", "active"),
        (
            "/products?code=12345678901234567890123456789012345678901",
            "code",
        ),
        ("/products?name=%D0%9C", "name"),
        ("/products?name=%FF", "name"),
    ];
    for (path, field) in cases {
        let (status, response) = fixture.get(path).await;
        assert_eq!(status, 400, "{path}: {response}");
        assert_eq!(fields(&response), [field], "{path}: {response}");
    }
    assert_eq!(
        fixture.get("/invoices?status=SENT,PAID&size=5").await.0,
        200
    );
    assert_eq!(
        fixture
            .get("/invoices/transactions?invoiceIds=10001&invoiceIds=10002")
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn all_problems_of_a_query_at_once() {
    let fixture = Fixture::machine().await;
    let (status, response) = fixture
        .get("/invoices?nothing=1&startDate=x&size=900")
        .await;
    assert_eq!(status, 400);
    assert_eq!(fields(&response), ["nothing", "startDate", "size"]);
}

#[tokio::test]
async fn all_problems_of_a_body_at_once() {
    let fixture = Fixture::machine().await;
    let mut body = invoice();
    body["type"] = json!("PROMISE");
    body["date"] = json!("15.4.2026");
    body["unheardOf"] = json!(1);
    body["discountPercent"] = json!(100.5);
    body["orderReference"] = json!("x".repeat(71));
    body["notes"] = json!("привет");
    body["version"] = json!("2026-04-15T08:00:00Z");
    body["counterParty"]["counterPartyAddress"]
        .as_object_mut()
        .unwrap()
        .remove("name");
    body["invoiceRows"][0]["vatStatus"] = json!("1");
    body["invoiceRows"][0]["quantity"] = json!("10");
    body["invoiceRows"].as_array_mut().unwrap().push(json!([]));
    let (status, response) = fixture.post("/invoices", &body).await;
    assert_eq!(status, 400);
    let mut found = fields(&response);
    found.sort_unstable();
    let expected = [
        "counterParty.counterPartyAddress.name",
        "date",
        "discountPercent",
        "invoiceRows[0].quantity",
        "invoiceRows[0].vatStatus",
        "invoiceRows[1]",
        "notes",
        "orderReference",
        "type",
        "unheardOf",
        "version",
    ];
    assert_eq!(found, expected, "{response:#}");
    assert!(
        fixture
            .sandbox
            .ledger()
            .effects(procountor_sandbox::Change::Created, "/invoices")
            .next()
            .is_none()
    );
}

#[tokio::test]
async fn scale_and_items() {
    let fixture = Fixture::machine().await;
    let mut body = invoice();
    body["discountPercent"] = json!(1.23456);
    let (status, response) = fixture.post("/invoices", &body).await;
    assert_eq!((status, fields(&response)), (400, vec!["discountPercent"]));
    let webhook =
        json!({ "url": "https://a.example/", "authenticationType": "NONE", "subscriptions": [] });
    let (status, response) = fixture.post("/webhooks", &webhook).await;
    assert_eq!((status, fields(&response)), (400, vec!["subscriptions"]));
}

#[tokio::test]
async fn bodies_are_checked() {
    let fixture = Fixture::machine().await;
    let with_body = |method: Method, path: &str| fixture.request(method, path).json(&json!({}));
    assert_eq!(
        fixture.send(with_body(Method::GET, "/invoices")).await.0,
        400
    );
    assert_eq!(
        fixture
            .send(with_body(Method::DELETE, "/products/30001"))
            .await
            .0,
        400
    );
    assert_eq!(
        fixture
            .send(with_body(Method::PUT, "/invoices/10001/send"))
            .await
            .0,
        400
    );
    assert_eq!(
        fixture
            .send(fixture.request(Method::POST, "/invoices"))
            .await
            .0,
        400
    );
    let text = fixture
        .request(Method::POST, "/invoices")
        .header("content-type", "text/plain")
        .body(invoice().to_string());
    assert_eq!(fixture.send(text).await.0, 415);
    let broken = fixture
        .request(Method::POST, "/invoices")
        .header("content-type", "application/json")
        .body("{\"type\":");
    assert_eq!(fixture.send(broken).await.0, 400);
    let charset = fixture
        .request(Method::POST, "/invoices")
        .header("content-type", "application/json; charset=utf-8")
        .body(invoice().to_string());
    assert_eq!(fixture.send(charset).await.0, 200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_rejected() {
    let fixture = Fixture::machine().await;
    let body = vec![b' '; 16 * 1024 * 1024 + 1];
    let request = fixture
        .request(Method::POST, "/invoices")
        .header("content-type", "application/json")
        .body(body);
    // The server can close the connection before the whole body is sent; then the client gets no response.
    if let Ok(response) = request.send().await {
        assert_eq!(read(response).await.0, 413);
    }
}

#[tokio::test]
async fn errors_have_the_shape_of_the_api() {
    let fixture = Fixture::machine().await;
    let (_, response) = fixture.get("/invoices?size=many").await;
    let error: &Value = &response["errors"][0];
    assert_eq!(error["status"], 400);
    assert_eq!(error["field"], "size");
    assert!(error["message"].as_str().unwrap().contains("many"));
}
