//! The life cycle of an invoice, and attachments.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, header};
use serde_json::{Value, json};
use support::{Fixture, fields, invoice};

async fn created(fixture: &Fixture) -> Value {
    let (status, created) = fixture.post("/invoices", &invoice()).await;
    assert_eq!(status, 200, "{created}");
    created
}

#[tokio::test]
async fn a_new_invoice_is_unfinished_and_booked() {
    let fixture = Fixture::machine().await;
    let invoice = created(&fixture).await;
    assert_eq!(invoice["status"], "UNFINISHED");
    assert_eq!(invoice["invoiceNumber"], 3501);
    assert_eq!(invoice["sum"].to_string(), "36.32");
    let (status, receipt) = fixture
        .get(&format!("/ledgerreceipts/{}", invoice["ledgerReceiptId"]))
        .await;
    assert_eq!(status, 200);
    assert_eq!(receipt["invoiceId"], invoice["id"]);
    assert_eq!(
        receipt["transactions"][0]["accountingValue"].to_string(),
        "-32.0"
    );
}

#[tokio::test]
async fn a_due_date_before_the_date_is_refused() {
    let fixture = Fixture::machine().await;
    let mut body = invoice();
    body["paymentInfo"]["dueDate"] = json!("2026-04-14");
    let (status, response) = fixture.post("/invoices", &body).await;
    assert_eq!(status, 400);
    assert_eq!(
        response["errors"][0]["message"],
        "DUE_DATE_BEFORE_BILL_DATE"
    );
    assert_eq!(fields(&response), [""]);
}

#[tokio::test]
async fn from_draft_to_paid() {
    let fixture = Fixture::person().await;
    let invoice = created(&fixture).await;
    let path = format!("/invoices/{}", invoice["id"]);
    let status = async || {
        fixture.get(&path).await.1["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(fixture.put_empty(&format!("{path}/send")).await.0, 403);
    assert_eq!(
        fixture
            .put(&format!("{path}/approve"), &json!({ "comment": "ok" }))
            .await
            .0,
        200
    );
    assert_eq!(status().await, "NOT_SENT");
    assert_eq!(fixture.put_empty(&format!("{path}/send")).await.0, 200);
    assert_eq!(fixture.put_empty(&format!("{path}/send")).await.0, 200);
    assert_eq!(status().await, "SENT");
    let paid = json!({ "paymentDate": "2026-04-20", "amount": 36.32, "currency": "EUR" });
    let (code, event) = fixture
        .put(&format!("{path}/paymentevents/markpaid"), &paid)
        .await;
    assert_eq!(code, 200, "{event}");
    assert_eq!(status().await, "PAID");
    assert_eq!(
        fixture.ids(&format!("{path}/paymentevents")).await,
        [event["id"].as_i64().unwrap()]
    );
    let (code, response) = fixture
        .delete(&format!("{path}/paymentevents/{}", event["id"]))
        .await;
    assert_eq!(code, 202);
    assert!(response["confirmationApp"].is_string());
}

#[tokio::test]
async fn other_status_transitions() {
    let fixture = Fixture::machine().await;
    let invoice = created(&fixture).await;
    let path = format!("/invoices/{}", invoice["id"]);
    let steps = [
        ("verify", "VERIFIED"),
        ("reject", "PAYMENT_DENIED"),
        ("unfinished", "UNFINISHED"),
        ("invalidate", "INVALIDATED"),
    ];
    for (action, status) in steps {
        let has_body = ["verify", "reject"].contains(&action);
        let request = fixture.request(Method::PUT, &format!("{path}/{action}"));
        let request = if has_body {
            request.json(&json!({}))
        } else {
            request
        };
        assert_eq!(fixture.send(request).await.0, 200, "{action}");
        assert_eq!(fixture.get(&path).await.1["status"], status);
    }
    assert_eq!(
        fixture
            .put(&format!("{path}/notes"), &json!({ "notes": "muistiin" }))
            .await
            .0,
        200
    );
    assert_eq!(fixture.get(&path).await.1["notes"], "muistiin");
    assert_eq!(
        fixture
            .post(&format!("{path}/comments"), &json!({ "comment": "hei" }))
            .await
            .0,
        200
    );
    let (_, comments) = fixture.get(&format!("{path}/comments")).await;
    assert_eq!(comments["comments"][0]["comment"], "hei");
}

#[tokio::test]
async fn a_stale_version_is_refused() {
    let fixture = Fixture::machine().await;
    let original = created(&fixture).await;
    let path = format!("/invoices/{}", original["id"]);
    let mut change = original.clone();
    change["orderReference"] = json!("uusi");
    let (status, changed) = fixture.put(&path, &change).await;
    assert_eq!(status, 200, "{changed}");
    assert_ne!(changed["version"], original["version"]);
    let (status, response) = fixture.put(&path, &change).await;
    assert_eq!((status, fields(&response)), (400, vec!["version"]));
    change.as_object_mut().unwrap().remove("version");
    assert_eq!(fixture.put(&path, &change).await.0, 400);
    fixture.put(&format!("{path}/approve"), &json!({})).await;
    let (_, approved) = fixture.get(&path).await;
    assert_eq!(fixture.put(&path, &approved).await.0, 403);
}

fn form(meta: &Value, file: &[u8]) -> Form {
    let meta = Part::text(meta.to_string())
        .mime_str("application/json")
        .unwrap();
    Form::new()
        .part("meta", meta)
        .part("file", Part::bytes(file.to_vec()).file_name("lasku.pdf"))
}

#[tokio::test]
async fn an_attachment_comes_back_byte_for_byte() {
    let fixture = Fixture::machine().await;
    let file: Vec<u8> = (0..100_000_u32)
        .map(|n| (n * 31 % 251) as u8)
        .chain(*b"\r\n--x\r\n")
        .collect();
    let meta = json!({ "name": "lasku.pdf", "referenceType": "INVOICE", "referenceId": 10_001, "sendWithInvoice": false });
    let (status, attachment) = fixture
        .send(
            fixture
                .request(Method::POST, "/attachments")
                .multipart(form(&meta, &file)),
        )
        .await;
    assert_eq!(status, 200, "{attachment}");
    assert_eq!(attachment["mimeType"], "application/pdf");
    let path = format!("/attachments/{}", attachment["id"]);
    let response = fixture.request(Method::GET, &path).send().await.unwrap();
    let media = response.headers()[header::CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    let boundary = media.strip_prefix("multipart/mixed; boundary=").unwrap();
    let body = response.bytes().await.unwrap();
    let end = format!("\r\n--{boundary}--\r\n");
    let inner = body.strip_suffix(end.as_bytes()).unwrap();
    assert!(inner.ends_with(&file));
    let head = String::from_utf8(inner[..inner.len() - file.len()].to_vec()).unwrap();
    assert!(head.contains(&attachment.to_string()), "{head}");

    let (_, found) = fixture.get("/attachments?referenceId=10001").await;
    assert_eq!(found["results"][0]["attachmentId"], attachment["id"]);
    assert_eq!(found["results"][0]["size"], file.len());
    let (_, invoice) = fixture.get("/invoices/10001").await;
    let (_, found) = fixture
        .get(&format!(
            "/attachments?type={}",
            invoice["type"].as_str().unwrap()
        ))
        .await;
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    assert_eq!(
        fixture
            .patch(&path, &json!({ "name": "tosite.pdf" }))
            .await
            .1["name"],
        "tosite.pdf"
    );
    assert_eq!(
        fixture
            .patch(&path, &json!({ "name": "tosite.png" }))
            .await
            .0,
        400
    );
    assert_eq!(fixture.delete(&path).await.0, 204);
    assert_eq!(fixture.get(&path).await.0, 404);
}

#[tokio::test]
async fn invalid_uploads_are_rejected() {
    let fixture = Fixture::machine().await;
    let meta = json!({ "name": "lasku.pdf", "referenceType": "INVOICE", "referenceId": 10_001, "sendWithInvoice": false });
    let upload = |form: Form| {
        fixture.send(
            fixture
                .request(Method::POST, "/attachments")
                .multipart(form),
        )
    };
    let text = Part::text(meta.to_string());
    let file = || Part::bytes(vec![1]).file_name("lasku.pdf");
    let (status, response) = upload(Form::new().part("meta", text).part("file", file())).await;
    assert_eq!((status, fields(&response)), (400, vec!["meta"]));
    let (status, response) = upload(form(&json!({ "name": "lasku.pdf" }), &[1])).await;
    assert_eq!(
        (status, fields(&response)),
        (
            400,
            vec![
                "meta.referenceType",
                "meta.referenceId",
                "meta.sendWithInvoice"
            ]
        )
    );
    let json_meta = || {
        Part::text(meta.to_string())
            .mime_str("application/json")
            .unwrap()
    };
    let (status, response) = upload(
        Form::new()
            .part("meta", json_meta())
            .part("file", Part::bytes(vec![1])),
    )
    .await;
    assert_eq!((status, fields(&response)), (400, vec!["file"]));
    let (status, response) = upload(
        Form::new()
            .part("meta", json_meta())
            .part("other", Part::text("x")),
    )
    .await;
    assert_eq!((status, fields(&response)), (400, vec!["other", "file"]));
    let (status, response) = upload(form(&meta, &vec![0; 10_000_001])).await;
    assert_eq!(status, 400);
    assert_eq!(response["errors"][0]["message"], "File size too big");
    assert_eq!(upload(form(&meta, &vec![0; 10_000_000])).await.0, 200);
    assert_eq!(fixture.post("/attachments", &meta).await.0, 415);
}
