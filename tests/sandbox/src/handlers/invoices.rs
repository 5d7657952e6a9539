//! Invoices: creation with totals and receipt, replacement, notes, and payment.

use procountor_codegen::model::Method;

use super::{Context, crud, lock, statuses};
use crate::bookkeeping;
use crate::check::Call;
use crate::credentials::USER_ID;
use crate::json::Json;
use crate::ledger::Change;
use crate::resource::{self, Resource};
use crate::response::{HandlerResult, Problem, Response};
use crate::shape;
use crate::store::Key;

const INVOICES: &str = "/invoices";
const RECEIPTS: &str = "/ledgerreceipts";

/// The statuses in which an invoice can be changed, by type; the empty type stands for all others.
const EDITABLE: &[(&str, &[&str])] = &[
    ("SALES_INVOICE", &["UNFINISHED"]),
    ("SALES_ORDER", &["UNFINISHED"]),
    ("", &["UNFINISHED", "RECEIVED"]),
];

/// Creates an unfinished invoice with its receipt.
pub(super) fn create(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = invoices(context)?;
    let mut body = call.body_or_null();
    check(&body)?;
    body.set("creatorId", USER_ID);
    bookkeeping::set_totals(&mut body);
    let (key, mut document) = crud::insert(context, resource, INVOICES, body);
    let receipt = context.store.next(RECEIPTS);
    document.set("ledgerReceiptId", receipt);
    context.store.put(INVOICES, key, document.clone());
    let number = context.store.next("receipt numbers");
    book(context, &document, receipt, number);
    context.record(Change::Created, RECEIPTS, receipt);
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Replaces an invoice whose status allows changes.
pub(super) fn replace(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = invoices(context)?;
    let (path, key) = context.locate(call, resource)?;
    let mut body = call.body_or_null();
    let stored = context.document(&path, &key)?;
    lock::check(INVOICES, body.text_at("version"), &stored)?;
    let kind = stored.text_at("type").unwrap_or_default();
    let status = stored.text_at("status").unwrap_or_default();
    let editable = EDITABLE
        .iter()
        .find(|(known, _)| *known == kind || known.is_empty());
    if !editable.is_some_and(|(_, statuses)| statuses.contains(&status)) {
        let message = format!("the invoice cannot be changed in status {status}");
        return Err(Problem::new(403, message));
    }
    check(&body)?;
    bookkeeping::set_totals(&mut body);
    let document = crud::replaced(context, resource, &stored, body);
    let document = crud::update(context, resource, &path, &key, document);
    rebook(context, &document);
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Updates the receipt of an invoice, which keeps its id and number.
fn rebook(context: &mut Context<'_>, invoice: &Json) {
    let Some(id) = invoice.integer_at("ledgerReceiptId") else {
        return;
    };
    let stored = context.store.get(RECEIPTS, &Key::Number(id));
    let number = stored.and_then(|receipt| receipt.integer_at("receiptNumber"));
    book(context, invoice, id, number.unwrap_or(id));
    context.record(Change::Updated, RECEIPTS, id);
}

/// Stores the receipt of an invoice in the shape of this version.
fn book(context: &mut Context<'_>, invoice: &Json, id: i64, number: i64) {
    let mut receipt = bookkeeping::receipt(invoice, id, number);
    if let Some(resource) = context.resource(RECEIPTS) {
        receipt = shape::fit(context.model, &resource.schema, receipt);
    }
    context.store.put(RECEIPTS, Key::Number(id), receipt);
}

/// Sets the notes of an invoice in any status.
pub(super) fn notes(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = invoices(context)?;
    let (path, key) = context.locate(call, resource)?;
    let stored = context.document(&path, &key)?;
    let document = shape::merged(&stored, &call.body_or_null());
    crud::update(context, resource, &path, &key, document);
    Ok(Response::message(200, format!("{path}/{key}: notes saved")))
}

/// Marks an invoice as paid and adds a payment event.
pub(super) fn mark_paid(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = invoices(context)?;
    let (path, key) = context.locate(call, resource)?;
    let mut invoice = context.document(&path, &key)?;
    let status = invoice.text_at("status").unwrap_or_default();
    if matches!(status, "PAID" | "INVALIDATED" | "DELETED") {
        let message = format!("the invoice cannot be marked as paid in status {status}");
        return Err(Problem::new(403, message));
    }
    let body = call.body_or_null();
    let currency = invoice.at("paymentInfo.currency");
    if currency.is_some() && body.get("currency") != currency {
        let message = "differs from the currency of the invoice";
        return Err(Problem::at("currency", message));
    }
    let event = Json::object([
        ("invoiceId", key.to_json()),
        ("type", "ELSEWHERE".into()),
        ("paymentDate", body.copy("paymentDate")),
        ("status", "MARKED_PAID".into()),
        ("amount", body.copy("amount")),
        ("currency", body.copy("currency")),
        ("description", body.copy("description")),
        ("paidAmount", body.copy("amount")),
        ("paidCurrency", body.copy("currency")),
    ]);
    let events = context.require("/invoices/{invoiceId}/paymentevents")?;
    let collection = resource::fill(&events.collection, &call.path);
    context.ensure(events, &collection);
    let (_, event) = crud::insert(context, events, &collection, event);
    invoice.set("status", "PAID");
    let invoice = crud::update(context, resource, &path, &key, invoice);
    statuses::sync_receipt(context, &invoice, "PAID");
    Ok(context.respond(call.operation, &event, &events.schema))
}

fn invoices<'a>(context: &Context<'a>) -> Result<&'a Resource, Problem> {
    let search = context.model.operation(Method::Get, INVOICES);
    let known = context.resource(INVOICES).filter(|_| search.is_some());
    known.ok_or_else(|| Problem::new(404, "there are no invoices in this version"))
}

/// Checks the constraints between fields.
fn check(invoice: &Json) -> Result<(), Problem> {
    // Some versions do not require a due date.
    let due = invoice.text_at("paymentInfo.dueDate");
    match (due, invoice.text_at("date")) {
        (Some(due), Some(date)) if due < date => {
            Err(Problem::new(400, "DUE_DATE_BEFORE_BILL_DATE"))
        }
        _ => Ok(()),
    }
}
