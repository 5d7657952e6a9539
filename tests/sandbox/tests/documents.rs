//! Documents: seeded, searched, paged, created, replaced, changed, deleted.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Fixture, builder, invoice};

#[tokio::test]
async fn the_company_has_its_documents() {
    let fixture = Fixture::machine().await;
    for (path, count) in [
        ("/invoices", 2500),
        ("/businesspartners?active=true", 380),
        ("/products", 300),
        ("/ledgerreceipts", 3000),
    ] {
        let (status, page) = fixture.get(path).await;
        assert_eq!(status, 200);
        assert_eq!(page["meta"]["totalCount"], count, "{path}");
        assert_eq!(page["results"].as_array().unwrap().len(), 50);
    }
    let (_, vats) = fixture.get("/vats/default").await;
    assert_eq!(
        vats["vatInformation"][0]["percentages"][0]["vatPercent"],
        25.5
    );
}

#[tokio::test]
async fn pages_by_number_and_by_key_reach_every_row_once() {
    let fixture = Fixture::machine().await;
    let mut by_page: Vec<i64> = Vec::new();
    for page in 0.. {
        let ids = fixture
            .ids(&format!("/invoices?size=200&page={page}&orderById=ASC"))
            .await;
        by_page.extend(&ids);
        if ids.len() < 200 {
            break;
        }
    }
    let mut by_key: Vec<i64> = Vec::new();
    loop {
        let last = by_key
            .last()
            .map(|id| format!("&previousId={id}"))
            .unwrap_or_default();
        let ids = fixture
            .ids(&format!("/invoices?size=200&orderById=ASC{last}"))
            .await;
        by_key.extend(&ids);
        if ids.len() < 200 {
            break;
        }
    }
    assert_eq!(by_page.len(), 2500);
    assert_eq!(by_page, by_key);
    assert!(by_page.is_sorted());
    let newest = fixture.ids("/invoices?size=3").await;
    assert_eq!(newest, [12_500, 12_499, 12_498]);
    assert_eq!(
        fixture.ids("/invoices?size=2&previousId=12499").await,
        [12_498, 12_497]
    );
    assert_eq!(
        fixture.ids("/products?size=2&previousId=0").await,
        [30_300, 30_299]
    );
}

#[tokio::test]
async fn filters_select_rows() {
    let fixture = Fixture::machine().await;
    let (_, page) = fixture.get("/invoices?status=SENT,PAID&types=SALES_INVOICE&startDate=2025-01-01&endDate=2025-12-31&size=200").await;
    let rows = page["results"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(["SENT", "PAID"].contains(&row["status"].as_str().unwrap()));
        assert_eq!(row["type"], "SALES_INVOICE");
        assert!(row["date"].as_str().unwrap().starts_with("2025-"));
        assert!(row["dueDate"].is_string());
    }
    let (_, partner) = fixture.get("/businesspartners/20005").await;
    let name = partner["name"].as_str().unwrap();
    let identifier = partner["invoicingInfo"]["identifier"].as_str().unwrap();
    let search = |header: &str, value: &str| {
        fixture
            .request(Method::GET, "/businesspartners")
            .header(header, value.as_bytes())
    };
    let (_, found) = fixture.send(search("identifier", identifier)).await;
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    assert_eq!(found["results"][0]["id"], 20_005);
    let (_, found) = fixture.send(search("name", &name.to_lowercase())).await;
    assert!(
        found["results"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["id"] == 20_005)
    );
    assert_eq!(
        fixture.ids("/businesspartners?customerNumber=1005").await,
        [20_005]
    );
    assert_eq!(fixture.ids("/products?code=T-0007").await, [30_007]);
    let (_, receipts) = fixture
        .get("/ledgerreceipts?types=JOURNAL&status=APPROVED&size=200")
        .await;
    assert!(
        receipts["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["type"] == "JOURNAL" && row["status"] == "APPROVED")
    );
}

#[tokio::test]
async fn several_ids_at_once() {
    let fixture = Fixture::machine().await;
    let (status, several) = fixture.get("/invoices/10003,10001,1,10003").await;
    assert_eq!(status, 200);
    let ids: Vec<_> = several
        .as_array()
        .unwrap()
        .iter()
        .map(|invoice| invoice["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [10_001, 10_003]);
    let (_, one) = fixture.get("/invoices/10001").await;
    assert_eq!(one["id"], 10_001);
    let (_, list_of_one) = fixture.get("/invoices/10001,1").await;
    assert_eq!(list_of_one.as_array().unwrap().len(), 1);
    assert_eq!(fixture.get("/invoices/1,2").await.0, 404);
    let many: Vec<_> = (10_001..10_202).map(|id| id.to_string()).collect();
    assert_eq!(
        fixture
            .get(&format!("/invoices/{}", many.join(",")))
            .await
            .0,
        400
    );
    assert_eq!(
        fixture
            .get(&format!("/invoices/{}", many[1..].join(",")))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_product_is_created_changed_and_deleted() {
    let fixture = Fixture::machine().await;
    let body = json!({ "type": "SALES", "name": "Mustikkapiirakka", "discount": 0, "price": 12.5, "active": true, "currency": "EUR" });
    let (status, created) = fixture.post("/products", &body).await;
    assert_eq!(status, 200, "{created}");
    let path = format!("/products/{}", created["id"]);
    assert_eq!(fixture.get(&path).await.1, created);
    let mut changed = body.clone();
    changed["name"] = json!("Puolukkapiirakka");
    let (status, replaced) = fixture.put(&path, &changed).await;
    assert_eq!((status, &replaced["name"]), (200, &changed["name"]));
    assert_ne!(replaced["version"], created["version"]);
    changed["version"] = created["version"].clone();
    assert_eq!(fixture.put(&path, &changed).await.0, 400);
    assert_eq!(fixture.delete(&path).await.0, 204);
    assert_eq!(fixture.get(&path).await.0, 404);
    assert_eq!(fixture.delete(&path).await.0, 404);
    let effects: Vec<_> = fixture
        .sandbox
        .ledger()
        .entries
        .iter()
        .flat_map(|entry| entry.effects.clone())
        .map(|effect| effect.change)
        .collect();
    use procountor_sandbox::Change::{Created, Deleted, Updated};
    assert_eq!(effects, [Created, Updated, Deleted]);
}

#[tokio::test]
async fn a_patch_merges_and_null_clears() {
    let fixture = Fixture::machine().await;
    let (_, before) = fixture.get("/businesspartners/20001").await;
    let change = json!({ "invoicingInfo": { "email": null, "contactPerson": "Öhman" }, "version": before["version"] });
    let (status, response) = fixture.patch("/businesspartners/20001", &change).await;
    assert_eq!(status, 200, "{response}");
    let (_, after) = fixture.get("/businesspartners/20001").await;
    assert_eq!(after["name"], before["name"]);
    assert_eq!(after["invoicingInfo"]["contactPerson"], "Öhman");
    assert_eq!(
        after["invoicingInfo"]["customerNumber"],
        before["invoicingInfo"]["customerNumber"]
    );
    assert!(after["invoicingInfo"].get("email").is_none());
    assert_eq!(
        fixture.patch("/businesspartners/20001", &change).await.0,
        400
    );
}

#[tokio::test]
async fn nested_resources() {
    let fixture = Fixture::machine().await;
    let (_, employees) = fixture.get("/payrolls/employees").await;
    let base = format!(
        "/payrolls/employees/{}/salaryinfo/taxcards",
        employees["results"][0]["id"]
    );
    let card = json!({ "type": "A", "revised": false, "validFrom": "2026-01-01", "basePercent": 20, "additionalPercent": 40, "annualIncomeLimit": 45000 });
    let (status, created) = fixture.post(&base, &card).await;
    assert_eq!(status, 200, "{created}");
    let path = format!("{base}/{}", created["id"]);
    let mut change = card.clone();
    assert_eq!(fixture.put(&path, &change).await.0, 400);
    change["version"] = json!("2020-01-01T00:00:00");
    assert_eq!(fixture.put(&path, &change).await.0, 409);
    change["version"] = created["version"].clone();
    assert_eq!(fixture.put(&path, &change).await.0, 200);
    assert_eq!(fixture.delete(&path).await.0, 204);
    assert_eq!(fixture.get(&path).await.0, 404);
    assert_eq!(
        fixture
            .get("/payrolls/employees/1/salaryinfo/taxcards")
            .await
            .0,
        404
    );

    let (_, dimensions) = fixture.get("/dimensions").await;
    let path = format!("/dimensions/{}", dimensions[0]["id"]);
    let (status, item) = fixture
        .post(
            &format!("{path}/items"),
            &json!({ "codeName": "400 Vienti" }),
        )
        .await;
    assert_eq!(status, 200);
    let (_, dimension) = fixture.get(&path).await;
    assert!(dimension["items"].as_array().unwrap().contains(&item));

    let period = json!({ "status": "CLOSED" });
    let path = "/fiscalyears/2026/trackingPeriods/20261";
    assert_eq!(fixture.put(path, &period).await.0, 200);
    let (_, years) = fixture.get("/fiscalyears").await;
    assert_eq!(
        years["fiscalYears"][2]["trackingPeriods"][0],
        json!({ "id": 20261, "startDate": "2026-01-01", "endDate": "2026-03-31", "status": "CLOSED" })
    );

    let (_, defaults) = fixture.get("/products/30001/defaults/dimensions").await;
    assert_eq!(defaults.as_array().map(Vec::len), Some(2));
    assert_eq!(
        fixture
            .get("/products/30001/defaults/dimensions/90001")
            .await
            .0,
        200
    );

    assert_eq!(fixture.delete("/products/groups/31001").await.0, 409);
    assert_eq!(fixture.delete("/products/groups/31004").await.0, 204);
}

#[tokio::test]
async fn numbers_keep_every_digit() {
    let fixture = Fixture::machine().await;
    let exact = "1234567890123456789012345.678";
    let body = invoice()
        .to_string()
        .replace("\"unitPrice\":3.2", &format!("\"unitPrice\":{exact}"));
    let request = fixture
        .request(Method::POST, "/invoices")
        .header("content-type", "application/json")
        .body(body);
    let response = request.send().await.unwrap().text().await.unwrap();
    assert!(
        response.contains(&format!("\"unitPrice\":{exact},")),
        "{response}"
    );
    let id = serde_json::from_str::<Value>(&response).unwrap()["id"].clone();
    let read = fixture
        .request(Method::GET, &format!("/invoices/{id}"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(read, response);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data() {
    let (one, same, other) = (
        Fixture::machine().await,
        Fixture::machine().await,
        Fixture::of(builder().seed(7)).await,
    );
    for path in [
        "/invoices?size=200",
        "/businesspartners/20001,20002",
        "/bankaccounts",
        "/persons",
        "/payrolls/salaryslips",
    ] {
        let first = one.get(path).await;
        assert_eq!(first, same.get(path).await, "{path}");
    }
    assert_ne!(
        one.get("/invoices?size=200").await,
        other.get("/invoices?size=200").await
    );
}
