//! Invoices: what the server computes and books when one is created, what may be changed, and how one is paid.

use procountor_codegen::model::Method;
use rust_decimal::Decimal;

use super::{Desk, crud, lock, statuses};
use crate::check::Call;
use crate::json::Json;
use crate::ledger::Change;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource::{self, Resource};
use crate::shape;
use crate::store::Key;

const INVOICES: &str = "/invoices";
const RECEIPTS: &str = "/ledgerreceipts";

/// The statuses in which an invoice may be changed, by kind.
const EDITABLE: &[(&str, &[&str])] = &[
    ("SALES_INVOICE", &["UNFINISHED"]),
    ("SALES_ORDER", &["UNFINISHED"]),
    ("", &["UNFINISHED", "RECEIVED"]),
];

/// Creates an invoice, always unfinished, with its receipt.
pub(super) fn create(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = invoices(desk)?;
    let mut body = call.body().cloned().unwrap_or(Json::Null);
    check(&body)?;
    body.set("creatorId", crate::seed::USER_ID);
    complete(&mut body);
    let (key, mut document) = crud::insert(desk, resource, INVOICES, body);
    let receipt = desk.store.next(RECEIPTS);
    document.set("ledgerReceiptId", receipt);
    desk.store.put(INVOICES, key, document.clone());
    let number = desk.store.next("receipt numbers");
    book(desk, &document, receipt, number);
    desk.note(Change::Created, RECEIPTS, receipt);
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// Replaces an invoice that is still being written.
pub(super) fn replace(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = invoices(desk)?;
    let (path, key) = desk.item(call, resource)?;
    let mut body = call.body().cloned().unwrap_or(Json::Null);
    let Some(stored) = desk.store.get(&path, &key).cloned() else {
        return Err(Problem::new(404, format!("there is no {key} in {path}")));
    };
    lock::check(INVOICES, body.text_at("version"), &stored)?;
    let kind = stored.text_at("type").unwrap_or_default();
    let status = stored.text_at("status").unwrap_or_default();
    let editable = EDITABLE
        .iter()
        .find(|(known, _)| *known == kind || known.is_empty());
    if !editable.is_some_and(|(_, statuses)| statuses.contains(&status)) {
        return Err(Problem::new(
            403,
            format!("the invoice cannot be changed in status {status}"),
        ));
    }
    check(&body)?;
    complete(&mut body);
    let document = crud::replaced(desk, resource, &stored, body);
    let document = crud::update(desk, resource, &path, &key, document);
    rebook(desk, &document);
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// The receipt follows the invoice, under its old id.
fn rebook(desk: &mut Desk<'_>, invoice: &Json) {
    let Some(id) = invoice.integer_at("ledgerReceiptId") else {
        return;
    };
    let number = desk
        .store
        .get(RECEIPTS, &Key::Number(id))
        .and_then(|receipt| receipt.integer_at("receiptNumber"));
    book(desk, invoice, id, number.unwrap_or(id));
    desk.note(Change::Updated, RECEIPTS, id);
}

/// Puts the receipt of an invoice among the others, in the words of this version.
fn book(desk: &mut Desk<'_>, invoice: &Json, id: i64, number: i64) {
    let mut receipt = receipt_of(invoice, id, number);
    if let Some(resource) = desk.resource(RECEIPTS) {
        receipt = shape::fit(desk.model, &resource.schema, receipt);
    }
    desk.store.put(RECEIPTS, Key::Number(id), receipt);
}

/// Sets the notes of an invoice, whatever its status.
pub(super) fn notes(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = invoices(desk)?;
    let (path, key) = desk.item(call, resource)?;
    let stored = desk.store.get(&path, &key).cloned().unwrap_or(Json::Null);
    let document = crate::shape::merged(&stored, call.body().unwrap_or(&Json::Null));
    crud::update(desk, resource, &path, &key, document);
    Ok(Reply::json(
        200,
        &Json::object([("message", format!("{path}/{key}: notes saved").into())]),
    ))
}

/// Marks an invoice as paid: a payment event is there afterwards.
pub(super) fn mark_paid(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = invoices(desk)?;
    let (path, key) = desk.item(call, resource)?;
    let mut invoice = desk.store.get(&path, &key).cloned().unwrap_or(Json::Null);
    let status = invoice.text_at("status").unwrap_or_default();
    if matches!(status, "PAID" | "INVALIDATED" | "DELETED") {
        return Err(Problem::new(
            403,
            format!("the invoice cannot be marked as paid in status {status}"),
        ));
    }
    let body = call.body().unwrap_or(&Json::Null);
    let currency = invoice.at("paymentInfo.currency");
    if currency.is_some() && body.get("currency") != currency {
        return Err(Problem::at(
            "currency",
            "differs from the currency of the invoice",
        ));
    }
    let event = Json::object([
        ("invoiceId", key.to_json()),
        ("type", "ELSEWHERE".into()),
        (
            "paymentDate",
            body.get("paymentDate").cloned().unwrap_or(Json::Null),
        ),
        ("status", "MARKED_PAID".into()),
        ("amount", body.get("amount").cloned().unwrap_or(Json::Null)),
        (
            "currency",
            body.get("currency").cloned().unwrap_or(Json::Null),
        ),
        (
            "description",
            body.get("description").cloned().unwrap_or(Json::Null),
        ),
        (
            "paidAmount",
            body.get("amount").cloned().unwrap_or(Json::Null),
        ),
        (
            "paidCurrency",
            body.get("currency").cloned().unwrap_or(Json::Null),
        ),
    ]);
    let Some(events) = desk.resource("/invoices/{invoiceId}/paymentevents") else {
        return Err(Problem::new(404, "not found"));
    };
    let collection = resource::fill(&events.collection, &call.path);
    desk.open(events, &collection);
    let (_, event) = crud::insert(desk, events, &collection, event);
    invoice.set("status", "PAID");
    let invoice = crud::update(desk, resource, &path, &key, invoice);
    statuses::follow(desk, &invoice, "PAID");
    Ok(desk.answer(call.operation, &event, &events.schema))
}

fn invoices<'a>(desk: &Desk<'a>) -> Result<&'a Resource, Problem> {
    let known = desk
        .resource(INVOICES)
        .filter(|_| desk.model.operation(Method::Get, INVOICES).is_some());
    known.ok_or_else(|| Problem::new(404, "there are no invoices in this version"))
}

/// The rules between fields.
fn check(invoice: &Json) -> Result<(), Problem> {
    // Not every version wants a due date.
    let dates = (
        invoice.text_at("paymentInfo.dueDate"),
        invoice.text_at("date"),
    );
    match dates {
        (Some(due), Some(date)) if due < date => {
            Err(Problem::new(400, "DUE_DATE_BEFORE_BILL_DATE"))
        }
        _ => Ok(()),
    }
}

/// Adds what follows from the rows.
pub(crate) fn complete(invoice: &mut Json) {
    let Some(totals) = totals(invoice) else {
        return;
    };
    let currency = invoice
        .text_at("paymentInfo.currency")
        .unwrap_or("EUR")
        .to_owned();
    invoice.set("sum", Json::number(totals.net + totals.vat));
    let info = Json::object([
        ("currency", currency.into()),
        ("inAccountingCurrency", true.into()),
        ("excludingVatTotal", Json::number(totals.net)),
        ("vatSumTotal", Json::number(totals.vat)),
        ("invoiceSumTotal", Json::number(totals.net + totals.vat)),
    ]);
    invoice.set("invoiceSumInfo", vec![info]);
}

struct Totals {
    net: Decimal,
    vat: Decimal,
}

/// The sums of the rows; none where a number is beyond what can be computed exactly.
fn totals(invoice: &Json) -> Option<Totals> {
    let gross_prices = invoice.at("extraInfo.unitPricesIncludeVat") == Some(&Json::Bool(true));
    let hundred = Decimal::ONE_HUNDRED;
    let left = |value: &Json, field: &str| {
        Some(
            Decimal::ONE
                - decimal(value, field)
                    .unwrap_or_default()
                    .checked_div(hundred)?,
        )
    };
    let mut totals = Totals {
        net: Decimal::ZERO,
        vat: Decimal::ZERO,
    };
    for row in invoice.all("invoiceRows") {
        let price = decimal(row, "unitPrice")?
            .checked_mul(left(row, "discountPercent")?)?
            .checked_mul(left(invoice, "discountPercent")?)?;
        let sum = price.checked_mul(decimal(row, "quantity")?)?;
        let rate = decimal(row, "vatPercent")?.checked_div(hundred)?;
        let net = if gross_prices {
            sum.checked_div(Decimal::ONE.checked_add(rate)?)?
        } else {
            sum
        };
        totals.net = totals.net.checked_add(net)?;
        totals.vat = totals.vat.checked_add(net.checked_mul(rate)?)?;
    }
    let cents = |sum: Decimal| {
        let mut rounded =
            sum.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(2);
        rounded
    };
    Some(Totals {
        net: cents(totals.net),
        vat: cents(totals.vat),
    })
}

fn decimal(value: &Json, field: &str) -> Option<Decimal> {
    match value.get(field)? {
        Json::Number(text) => Decimal::from_str_exact(text)
            .or_else(|_| Decimal::from_scientific(text))
            .ok(),
        _ => None,
    }
}

/// The receipt that books an invoice.
pub(crate) fn receipt_of(invoice: &Json, id: i64, number: i64) -> Json {
    let copy = |path: &str| invoice.at(path).cloned().unwrap_or(Json::Null);
    let totals = totals(invoice).unwrap_or(Totals {
        net: Decimal::ZERO,
        vat: Decimal::ZERO,
    });
    let is_sale = invoice
        .text_at("type")
        .unwrap_or_default()
        .starts_with("SALES");
    let (account, counter, sign) = if is_sale {
        ("3000", "1700", -Decimal::ONE)
    } else {
        ("4000", "2400", Decimal::ONE)
    };
    let vat_type = if is_sale { "SALES" } else { "PURCHASE" };
    let rate = invoice
        .at("invoiceRows.vatPercent")
        .cloned()
        .unwrap_or_else(|| 0.into());
    let entry = |nth: i64, kind: &str, account: &str, value: Decimal, rate: Json| {
        Json::object([
            ("id", (id * 10 + nth).into()),
            ("transactionType", kind.into()),
            ("account", account.into()),
            ("accountingValue", Json::number(value)),
            ("vatPercent", rate),
            ("vatType", vat_type.into()),
            ("vatStatus", 1.into()),
        ])
    };
    let transactions = vec![
        entry(1, "ENTRY", account, totals.net * sign, rate),
        entry(
            2,
            "RECONCILIATION_ENTRY",
            counter,
            -(totals.net + totals.vat) * sign,
            0.into(),
        ),
    ];
    Json::object([
        ("id", id.into()),
        ("type", copy("type")),
        ("status", copy("status")),
        ("name", copy("counterParty.counterPartyAddress.name")),
        ("receiptDate", copy("date")),
        ("vatType", vat_type.into()),
        ("vatStatus", 1.into()),
        ("invoiceId", copy("id")),
        ("receiptNumber", number.into()),
        ("invoiceNumber", copy("invoiceNumber")),
        ("partnerId", copy("partnerId")),
        ("version", copy("version")),
        ("created", copy("created")),
        ("transactions", transactions.into()),
    ])
    .without_nulls()
}
