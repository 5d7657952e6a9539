//! Invoices with their rows, and the receipts that book them.

use fastrand::Rng;
use jiff::ToSpan;

use super::{INVOICES, LAST_DAY, RECEIPTS, day, euros, finnish, pick, text};
use crate::bookkeeping;
use crate::credentials::USER_ID;
use crate::json::Json;

const FIRST_ID: i64 = 10_001;
const FIRST_RECEIPT: i64 = 50_001;

/// Types, the number of invoices per 25, and whether the type is a sale.
const TYPES: [(&str, usize, bool); 4] = [
    ("SALES_INVOICE", 15, true),
    ("PURCHASE_INVOICE", 8, false),
    ("SALES_ORDER", 1, true),
    ("PURCHASE_ORDER", 1, false),
];

/// The statuses of invoices that are older than two months, younger, or younger than a week.
const SALES_STATUSES: [&[&str]; 3] = [
    &["PAID", "PAID", "PAID", "PAID", "SENT", "INVALIDATED"],
    &["SENT", "SENT", "PAID", "PARTLY_PAID"],
    &["UNFINISHED", "NOT_SENT", "SENT"],
];
const PURCHASE_STATUSES: [&[&str]; 3] = [
    &["PAID", "PAID", "PAID", "INVALIDATED"],
    &["APPROVED", "VERIFIED", "PAYMENT_QUEUED", "PAID"],
    &["RECEIVED", "VERIFIED", "UNFINISHED"],
];

/// Generates the invoices, oldest first.
pub(super) fn invoices(
    rng: &mut Rng,
    partners: &[Json],
    products: &[Json],
    accounts: &[Json],
) -> Vec<Json> {
    let of = |documents: &[Json], kind: &str| -> Vec<Json> {
        documents
            .iter()
            .filter(|document| document.text_at("type") == Some(kind))
            .cloned()
            .collect()
    };
    let sides = [
        (of(partners, "SUPPLIER"), of(products, "PURCHASE")),
        (of(partners, "CUSTOMER"), of(products, "SALES")),
    ];
    let types: Vec<(&str, bool)> = TYPES
        .iter()
        .flat_map(|(kind, share, sale)| vec![(*kind, *sale); *share])
        .collect();
    let mut build_one = |index: i64| {
        let (kind, is_sale) = *pick(rng, &types);
        let (partners, products) = &sides[usize::from(is_sale)];
        let partner = pick(rng, partners);
        let account = if is_sale {
            text(pick(rng, accounts), "iban")
        } else {
            text(partner, "paymentInfo.bankAccount")
        };
        build(rng, index, kind, is_sale, partner, products, account)
    };
    (0..INVOICES).map(&mut build_one).collect()
}

fn build(
    rng: &mut Rng,
    index: i64,
    kind: &str,
    is_sale: bool,
    partner: &Json,
    products: &[Json],
    account: Json,
) -> Json {
    let number = index * LAST_DAY / INVOICES;
    let date = day(number);
    let terms = partner
        .text_at("paymentInfo.paymentTermDays")
        .and_then(|days| days.parse::<i64>().ok())
        .unwrap_or(14);
    let due = date.checked_add(terms.days()).unwrap_or(date);
    let age = LAST_DAY - number;
    let statuses = if is_sale {
        SALES_STATUSES
    } else {
        PURCHASE_STATUSES
    };
    let status = pick(rng, statuses[usize::from(age < 60) + usize::from(age < 7)]);
    let (reference, reference_type) = match rng.u8(..4) {
        0 => (finnish::rf_reference(100_000 + index), "RF"),
        _ => (finnish::reference(100_000 + index), "FI"),
    };
    let rows: Vec<Json> = (0..rng.i64(1..6))
        .map(|nth| row(rng, index * 10 + nth + 1, products))
        .collect();
    let channel = if is_sale {
        text(partner, "invoicingInfo.invoiceChannel")
    } else {
        "NO_SENDING".into()
    };
    let original = if is_sale {
        Json::Null
    } else {
        format!("{}-{}", date.year(), 4000 + index).into()
    };
    let mut invoice = Json::object([
        ("id", (FIRST_ID + index).into()),
        ("partnerId", partner.copy("id")),
        ("type", kind.into()),
        ("status", (*status).into()),
        ("date", date.to_string().into()),
        ("counterParty", counter_party(partner)),
        ("billingAddress", partner.copy("billingAddress")),
        (
            "paymentInfo",
            Json::object([
                ("paymentMethod", "BANK_TRANSFER".into()),
                ("currency", "EUR".into()),
                ("bankAccount", Json::object([("accountNumber", account)])),
                ("dueDate", due.to_string().into()),
                ("currencyRate", 1.into()),
                ("bankReferenceCode", reference.into()),
                ("bankReferenceCodeType", reference_type.into()),
            ]),
        ),
        (
            "extraInfo",
            Json::object([
                ("accountingByRow", false.into()),
                ("unitPricesIncludeVat", false.into()),
            ]),
        ),
        ("discountPercent", 0.into()),
        ("orderReference", format!("TIL-{}", 7000 + index).into()),
        ("invoiceRows", rows.into()),
        ("invoiceNumber", (1001 + index).into()),
        ("vatStatus", 1.into()),
        ("originalInvoiceNumber", original),
        ("invoiceChannel", channel),
        ("penaltyPercent", Json::number("11.5")),
        ("language", "FINNISH".into()),
        ("ledgerReceiptId", (FIRST_RECEIPT + index).into()),
        (
            "version",
            format!("{date}T14:{:02}:{:02}", index / 60 % 60, index % 60).into(),
        ),
        (
            "created",
            format!("{date}T13:{:02}:{:02}", index / 60 % 60, index % 60).into(),
        ),
        ("creatorId", USER_ID.into()),
    ])
    .without_nulls();
    bookkeeping::set_totals(&mut invoice);
    invoice
}

fn counter_party(partner: &Json) -> Json {
    let account = Json::object([("accountNumber", text(partner, "paymentInfo.bankAccount"))]);
    Json::object([
        (
            "contactPersonName",
            text(partner, "invoicingInfo.contactPerson"),
        ),
        ("identifier", text(partner, "invoicingInfo.identifier")),
        (
            "customerNumber",
            text(partner, "invoicingInfo.customerNumber"),
        ),
        ("email", text(partner, "invoicingInfo.email")),
        ("counterPartyAddress", partner.copy("address")),
        ("bankAccount", account),
    ])
}

fn row(rng: &mut Rng, id: i64, products: &[Json]) -> Json {
    let product = pick(rng, products);
    Json::object([
        ("id", id.into()),
        ("productId", product.copy("id")),
        ("product", product.copy("name")),
        ("productCode", product.copy("code")),
        ("quantity", rng.i64(1..20).into()),
        ("unit", product.copy("unit")),
        ("unitPrice", product.copy("price")),
        ("discountPercent", 0.into()),
        ("vatPercent", product.copy("vat")),
        ("vatStatus", 1.into()),
    ])
}

/// Generates the receipts: one for each invoice, then journals.
pub(super) fn receipts(rng: &mut Rng, invoices: &[Json]) -> Vec<Json> {
    let of_invoices = invoices
        .iter()
        .zip(0..)
        .map(|(invoice, index)| bookkeeping::receipt(invoice, FIRST_RECEIPT + index, index + 1));
    let journals = (INVOICES..RECEIPTS).map(|index| journal(rng, index));
    of_invoices.chain(journals).collect()
}

fn journal(rng: &mut Rng, index: i64) -> Json {
    let (id, count) = (FIRST_RECEIPT + index, RECEIPTS - INVOICES);
    let date = day((index - INVOICES) * LAST_DAY / count);
    let (name, account) = *pick(
        rng,
        &[
            ("Palkat", "5000"),
            ("Poistot", "6800"),
            ("Jaksotus", "1840"),
            ("Vuokra", "7230"),
            ("Pankkikulut", "8560"),
        ],
    );
    let cents = rng.i64(1_000..900_000);
    let entry = |nth: i64, kind: &str, account: &str, cents: i64| {
        Json::object([
            ("id", (id * 10 + nth).into()),
            ("transactionType", kind.into()),
            ("account", account.into()),
            ("accountingValue", euros(cents)),
            ("vatPercent", 0.into()),
            ("vatStatus", 1.into()),
            ("description", name.into()),
        ])
    };
    Json::object([
        ("id", id.into()),
        ("type", "JOURNAL".into()),
        (
            "status",
            (*pick(
                rng,
                &[
                    "APPROVED",
                    "APPROVED",
                    "APPROVED",
                    "UNFINISHED",
                    "INVALIDATED",
                ],
            ))
            .into(),
        ),
        (
            "name",
            format!("{name} {}/{}", date.month(), date.year()).into(),
        ),
        ("receiptDate", date.to_string().into()),
        ("vatType", "PURCHASE".into()),
        ("vatStatus", 1.into()),
        ("receiptNumber", (index + 1).into()),
        (
            "version",
            format!("{date}T15:{:02}:{:02}", index / 60 % 60, index % 60).into(),
        ),
        ("created", format!("{date}T15:00:{:02}", index % 60).into()),
        (
            "transactions",
            vec![
                entry(1, "ENTRY", account, cents),
                entry(2, "ENTRY", "1910", -cents),
            ]
            .into(),
        ),
    ])
}

/// Returns the journals in the shape of the search for journals.
pub(super) fn journals(receipts: &[Json]) -> Vec<Json> {
    let journal = |receipt: &Json| {
        Json::object([
            (
                "id",
                Json::number(receipt.integer_at("id").unwrap_or_default() + 10_000),
            ),
            ("ledgerReceiptId", receipt.copy("id")),
            ("type", "JOURNAL".into()),
            ("status", receipt.copy("status")),
            ("date", receipt.copy("receiptDate")),
            ("created", receipt.copy("created")),
            ("version", receipt.copy("version")),
        ])
    };
    receipts
        .iter()
        .filter(|receipt| receipt.text_at("type") == Some("JOURNAL"))
        .map(journal)
        .collect()
}
