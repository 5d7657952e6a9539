//! Requests: paths, queries, headers, bodies, and violations.

use crate::support::{Action, Scripted};
use procountor_api::v2604::*;
use procountor_api::{Date, Decimal, FileUpload, Patch, operation::HeaderEncoding, v2604};

const EMPTY: &str = r#"{"results":[]}"#;

#[tokio::test(start_paused = true)]
async fn lists_dates_and_text_in_a_query() {
    let server = Scripted::acts([Action::Answer(200, EMPTY)]);
    let search = server.client().invoices().search_invoice();
    let search = search
        .status([
            InvoiceStatus::Sent,
            InvoiceStatus::Unrecognized("A B".into()),
        ])
        .start_date(Date::new(2026, 4, 1).unwrap())
        .version_start_date("2026-04-15T09:30:00".parse().unwrap())
        .search_term("Mäkelä & Co + 1,5")
        .product_id([ProductId(1), ProductId(2)])
        .is_offer(false);
    search.send().await.unwrap();
    assert_eq!(
        server.uris(),
        [
            "https://books.example/api/invoices?status=SENT,A%20B&startDate=2026-04-01\
          &versionStartDate=2026-04-15T09%3A30%3A00&productId=1,2&searchTerm=M%C3%A4kel%C3%A4%20%26%20Co%20%2B%201%2C5\
          &isOffer=false"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn repeated_parameters_and_batches() {
    let server = Scripted::acts([
        Action::Answer(200, "{}"),
        Action::Answer(200, r#"[{"id":1},{"id":2}]"#),
        Action::Answer(200, r#"{"id":2}"#),
    ]);
    let invoices = server.client().invoices();
    invoices
        .get_invoice_transactions_bulk([InvoiceId(1), InvoiceId(2)])
        .send()
        .await
        .unwrap();
    let several = invoices
        .get_invoice_batch([InvoiceId(1), InvoiceId(2)])
        .send()
        .await
        .unwrap();
    let one = invoices
        .get_invoice_batch([InvoiceId(2)])
        .send()
        .await
        .unwrap();
    assert_eq!(
        (several.len(), one.len(), one[0].id),
        (2, 1, Some(InvoiceId(2)))
    );
    assert_eq!(
        server.uris(),
        [
            "https://books.example/api/invoices/transactions?invoiceIds=1&invoiceIds=2",
            "https://books.example/api/invoices/1,2",
            "https://books.example/api/invoices/2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn search_texts_are_headers() {
    for (style, expected) in [
        (HeaderEncoding::Utf8, &b"M\xc3\xa4kel\xc3\xa4"[..]),
        (HeaderEncoding::Latin1, b"M\xe4kel\xe4"),
        (HeaderEncoding::PercentEncoded, b"M%C3%A4kel%C3%A4"),
    ] {
        let server = Scripted::acts([Action::Answer(200, EMPTY)]);
        let client = v2604::Client::builder()
            .environment(procountor_api::Environment::Test)
            .m2m(procountor_api::M2mCredentials::new("a", "b", "c"))
            .header_encoding(style)
            .transport(server.clone())
            .build()
            .unwrap();
        client
            .business_partners()
            .search_business_partners()
            .name("Mäkelä")
            .send()
            .await
            .unwrap();
        assert_eq!(server.header(0, "name").as_deref(), Some(expected));
        assert_eq!(
            server.uris(),
            ["https://pts-api.procountor.com/api/businesspartners"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_parameter_stays_one_segment() {
    let server = Scripted::acts([Action::Answer(204, "")]);
    let webhooks = server.client().webhooks();
    webhooks
        .delete_webhook(WebhookUuid("a/../b?c#d%2e ä".to_owned()))
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.uris(),
        ["https://books.example/api/webhooks/a%2F..%2Fb%3Fc%23d%252e%20%C3%A4"]
    );
    for bad in ["", ".", ".."] {
        let error = webhooks
            .delete_webhook(WebhookUuid(bad.to_owned()))
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "deleteWebhook (DELETE /webhooks/{uuid}): the request is invalid and was not sent, 1 problem: uuid cannot be \
             empty, `.` or `..`: it is part of \
             the path"
        );
    }
    assert_eq!(server.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_url_that_is_too_long_is_not_sent() {
    let server = Scripted::acts([Action::Answer(200, EMPTY)]);
    let search = server.client().invoices().search_invoice();
    let search = search.product_id((10_000..22_000).map(ProductId));
    let error = search.send().await.unwrap_err();
    assert_eq!(
        error.violations().last().unwrap().to_string(),
        "the URL has 72044 bytes, at most 65534 are allowed: pass fewer or shorter values"
    );
    assert_eq!((server.sent(), server.token_requests().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn all_violations_are_reported_at_once_before_sending() {
    let server = Scripted::acts([Action::Answer(200, "{}")]);
    let row = InvoiceRow {
        comment: Some("x".repeat(600)),
        ..row(Decimal::ONE)
    };
    let invoice = Invoice {
        order_reference: Some("y".repeat(71)),
        notes: Some("Kiitos 漢".to_owned()),
        discount_percent: Some("100.12345".parse().unwrap()),
        invoice_rows: Some(vec![InvoiceRow {
            product: None,
            ..row
        }]),
        ..invoice(Vec::new())
    };
    let error = server
        .client()
        .invoices()
        .save_invoice(invoice)
        .send()
        .await
        .unwrap_err();
    let problems: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "discountPercent is 100.12345, it must be at most 100",
            "discountPercent is 100.12345, at most 4 decimals are allowed",
            "orderReference has 71 characters, at most 70 are allowed",
            "invoiceRows[0].product is required",
            "invoiceRows[0].comment has 600 characters, at most 512 are allowed",
            "notes has a character that Procountor does not accept (only Windows-1252): '漢' U+6F22 at position 8",
        ]
    );
    assert_eq!((server.sent(), server.token_requests().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_body_over_the_limit_is_not_sent() {
    let server = Scripted::acts([Action::Answer(200, "{}")]);
    let client = v2604::Client::builder()
        .environment(procountor_api::Environment::Test)
        .m2m(procountor_api::M2mCredentials::new("a", "b", "c"))
        .max_request_size(1000)
        .transport(server.clone())
        .build()
        .unwrap();
    let rows = (0..100).map(|_| row(Decimal::ONE)).collect();
    let error = client
        .invoices()
        .save_invoice(invoice(rows))
        .send()
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("at most 1000 are allowed (set by `max_request_size`)"),
        "{error}"
    );
    let file = FileUpload::new("iso.pdf", vec![0; 10_000_001]);
    let meta = AttachmentRequired {
        name: "iso.pdf".to_owned(),
        reference_type: AttachmentReferenceType::Invoice,
        reference_id: 1,
        send_with_invoice: false,
    };
    let error = client
        .attachments()
        .save_attachment(meta.into(), file)
        .send()
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("file has 10000001 bytes, at most 10000000 are allowed"),
        "{error}"
    );
    assert_eq!(server.sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn unset_fields_are_not_sent_and_unknown_ones_are_kept() {
    let came = r#"{"id":42,"type":"SALES_INVOICE","date":"2026-04-15","version":"2026-04-15T09:30:00.123","partnerId":null,"sum":12345678901234567890.12345678,"uusi":{"arvo":1.10}}"#;
    let server = Scripted::new(move |index, _| {
        if index == 0 {
            Action::Answer(200, came)
        } else {
            Action::Answer(200, "{}")
        }
    });
    let invoices = server.client().invoices();
    let read = invoices.get_invoice(InvoiceId(42)).send().await.unwrap();
    assert_eq!(
        read.sum.unwrap().to_string(),
        "12345678901234567890.12345678"
    );
    let changed = Invoice {
        notes: Some("uusi".to_owned()),
        ..merged(read)
    };
    invoices
        .update_invoice(InvoiceId(42), changed)
        .send()
        .await
        .unwrap();
    let sent = server.body(1);
    for kept in [
        r#""version":"2026-04-15T09:30:00.123""#,
        r#""partnerId":null"#,
        r#""sum":12345678901234567890.12345678"#,
        r#""uusi":{"arvo":1.10}"#,
    ] {
        assert!(sent.contains(kept), "{kept} is not in {sent}");
    }
    assert!(!sent.contains("deliveryMethod"));
}

#[tokio::test(start_paused = true)]
async fn a_patch_keeps_clears_and_sets() {
    let server = Scripted::acts([Action::Answer(200, "{}")]);
    let patch = BusinessPartnerPatch {
        name: Patch::Set("Uusi Oy".to_owned()),
        attachments: Patch::Clear,
        ..Default::default()
    };
    server
        .client()
        .business_partners()
        .update_business_partner(PartnerId(1), patch)
        .send()
        .await
        .unwrap();
    assert_eq!(server.body(0), r#"{"name":"Uusi Oy","attachments":null}"#);
}

fn row(quantity: Decimal) -> InvoiceRow {
    InvoiceRowRequired {
        product: "Työ".to_owned(),
        quantity,
        unit: Unit::Hour,
        unit_price: Decimal::TEN,
        discount_percent: Decimal::ZERO,
        vat_percent: Decimal::new(255, 1),
    }
    .into()
}

fn invoice(rows: Vec<InvoiceRow>) -> Invoice {
    let address = InvoiceCounterpartyAddressRequired {
        name: "Asiakas Oy".to_owned(),
    };
    let date = Date::new(2026, 4, 15).unwrap();
    InvoiceRequired {
        r#type: InvoiceType::SalesInvoice,
        date,
        counter_party: CounterPartyRequired {
            counter_party_address: address.into(),
        }
        .into(),
        payment_info: PaymentInfoRequired {
            payment_method: InvoicePaymentMethod::Cash,
            currency: Currency::Eur,
            due_date: date,
            currency_rate: Decimal::ONE,
        }
        .into(),
        extra_info: ExtraInfoRequired {
            accounting_by_row: true,
            unit_prices_include_vat: true,
        }
        .into(),
        discount_percent: Decimal::ZERO,
        invoice_rows: rows,
        invoice_channel: InvoiceChannel::NoSending,
    }
    .into()
}

/// Returns the members that a server usually sends too.
fn merged(read: Invoice) -> Invoice {
    let whole = invoice(Vec::new());
    Invoice {
        counter_party: whole.counter_party,
        payment_info: whole.payment_info,
        extra_info: whole.extra_info,
        discount_percent: whole.discount_percent,
        invoice_rows: whole.invoice_rows,
        invoice_channel: whole.invoice_channel,
        ..read
    }
}
