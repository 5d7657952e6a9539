//! Look-ups after a lost response.

use std::time::SystemTime;

use crate::support::{Action, Scripted};
use procountor_api::v2604::*;
use procountor_api::{ErrorKind, retry::RetryPolicy};

fn compared(error: &procountor_api::Error) -> Vec<(&str, &str)> {
    let look_up = error.look_up().unwrap();
    let fields = look_up.compare().iter();
    fields.map(|(name, json)| (*name, json.as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn an_invoice_is_searched_for_by_its_original_number() {
    let invoice: Invoice = serde_json::from_str(
        r#"{"type":"SALES_INVOICE","date":"2026-04-15","counterParty":{"counterPartyAddress":{"name":"Öljy Oy"}},
            "paymentInfo":{"paymentMethod":"CASH","currency":"EUR","dueDate":"2026-04-29","currencyRate":1},
            "extraInfo":{"accountingByRow":false,"unitPricesIncludeVat":false},"discountPercent":0,"invoiceChannel":"NO_SENDING",
            "invoiceRows":[{"product":"x","quantity":1,"unit":"PIECE","unitPrice":1,"discountPercent":0,"vatPercent":0}],
            "originalInvoiceNumber":"shop-7"}"#,
    )
    .unwrap();
    let client = Scripted::acts([Action::Lost]).client();
    let before = SystemTime::now();
    let error = client
        .invoices()
        .save_invoice(invoice.clone())
        .send()
        .await
        .unwrap_err();
    let look_up = error.look_up().unwrap();
    assert_eq!(
        (look_up.operation().id, look_up.path()),
        ("saveInvoice", "/invoices")
    );
    assert_eq!(look_up.read(), "/invoices");
    assert_eq!(
        look_up.query(),
        [("originalInvoiceNumber", "shop-7".to_owned())]
    );
    assert_eq!(
        compared(&error),
        [
            ("type", "\"SALES_INVOICE\""),
            ("date", "\"2026-04-15\""),
            ("counterParty.counterPartyAddress.name", "\"Öljy Oy\"")
        ]
    );
    assert!(*look_up.window().start() >= before && *look_up.window().end() <= SystemTime::now());
    assert_eq!(
        error.to_string(),
        "saveInvoice (POST /invoices): outcome unknown, look it up before sending it again: connection reset; check GET /invoices by originalInvoiceNumber"
    );
    // What is in the books is not in a log.
    let debug = format!("{look_up:?}");
    assert!(
        !debug.contains("shop-7") && !debug.contains("Öljy"),
        "{debug}"
    );

    let without = Invoice {
        original_invoice_number: None,
        ..invoice
    };
    let error = client
        .invoices()
        .save_invoice(without)
        .send()
        .await
        .unwrap_err();
    assert!(error.look_up().unwrap().query().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_change_is_looked_up_at_its_resource() {
    let client = Scripted::acts([Action::Lost]).client();
    let invoices = client.invoices();
    let once = RetryPolicy::none();
    let approve = invoices
        .approve_invoice(InvoiceId(42), CheckingEvent::default())
        .retry(once);
    let error = approve.send().await.unwrap_err();
    let look_up = error.look_up().unwrap();
    assert_eq!(
        (look_up.path(), look_up.read()),
        ("/invoices/42/approve", "/invoices/42")
    );

    let product: Product = serde_json::from_str(
        r#"{"type":"SALES","name":"x","price":1,"currency":"EUR","discount":0,"active":true,"version":"2026-04-15T10:00:00"}"#,
    )
    .unwrap();
    let update = client
        .products()
        .update_product(ProductId(9), product)
        .retry(once);
    let error = update.send().await.unwrap_err();
    assert_eq!(error.look_up().unwrap().read(), "/products/9");
    assert_eq!(compared(&error), [("version", "\"2026-04-15T10:00:00\"")]);
}

#[tokio::test(start_paused = true)]
async fn only_an_unknown_outcome_is_looked_up() {
    for act in [
        Action::NotSent,
        Action::Answer(400, ""),
        Action::Answer(409, ""),
    ] {
        let client = Scripted::acts([act]).client();
        let call = client.products().remove_product_by_id(ProductId(9));
        let error = call.retry(RetryPolicy::none()).send().await.unwrap_err();
        assert!(error.look_up().is_none(), "{error}");
    }
    let client = Scripted::acts([Action::Lost]).client();
    let call = client.products().get_product(ProductId(9));
    let error = call.retry(RetryPolicy::none()).send().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transport(_)));
    assert!(error.look_up().is_none());
}
