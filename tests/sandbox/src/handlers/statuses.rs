//! Actions that only move a document from one status to another, in one table.

use super::{Context, crud};
use crate::check::Call;
use crate::json::Json;
use crate::model::success_response;
use crate::resource;
use crate::response::{HandlerResult, Problem, Response};
use crate::store::Key;

/// A transition: the path of its action, the statuses before it, and the status after it.
pub(super) type Transition = (&'static str, &'static [&'static str], &'static str);

const SALES: &[&str] = &["SALES_INVOICE", "SALES_ORDER"];
const LIVE: &[&str] = &[
    "UNFINISHED",
    "NOT_SENT",
    "SENT",
    "RECEIVED",
    "VERIFIED",
    "APPROVED",
    "PAYMENT_DENIED",
];
const REVERSIBLE: &[&str] = &[
    "NOT_SENT",
    "SENT",
    "RECEIVED",
    "VERIFIED",
    "APPROVED",
    "PAYMENT_DENIED",
    "INVALIDATED",
];

/// The action whose result depends on the type of the document: sales documents become `NOT_SENT`.
const APPROVE_INVOICE: &str = "/invoices/{invoiceId}/approve";

const TRANSITIONS: &[Transition] = &[
    (
        APPROVE_INVOICE,
        &["UNFINISHED", "RECEIVED", "VERIFIED"],
        "APPROVED",
    ),
    ("/invoices/{invoiceId}/send", &["NOT_SENT", "SENT"], "SENT"),
    ("/invoices/{invoiceId}/invalidate", LIVE, "INVALIDATED"),
    ("/invoices/{invoiceId}/unfinished", REVERSIBLE, "UNFINISHED"),
    (
        "/invoices/{invoiceId}/verify",
        &["UNFINISHED", "RECEIVED"],
        "VERIFIED",
    ),
    ("/invoices/{invoiceId}/reject", LIVE, "PAYMENT_DENIED"),
    (
        "/invoices/{invoiceId}/sendToCirculation",
        &["UNFINISHED"],
        "RECEIVED",
    ),
    (
        "/ledgerreceipts/{receiptId}/approve",
        &["UNFINISHED", "VERIFIED"],
        "APPROVED",
    ),
    (
        "/ledgerreceipts/{receiptId}/invalidate",
        LIVE,
        "INVALIDATED",
    ),
    (
        "/ledgerreceipts/{receiptId}/unfinished",
        &["APPROVED", "INVALIDATED"],
        "UNFINISHED",
    ),
];

/// Returns the transition that a path stands for.
pub(super) fn transition(path: &str) -> Option<&'static Transition> {
    TRANSITIONS.iter().find(|(known, ..)| *known == path)
}

/// Moves the document that the call names to another status.
pub(super) fn apply(
    context: &mut Context<'_>,
    call: &Call<'_>,
    (action_path, from, to): &Transition,
) -> HandlerResult {
    let (item, action) = action_path.rsplit_once('/').unwrap_or_default();
    let resource = context.require(resource::split(item).0)?;
    let (path, key) = context.locate(call, resource)?;
    let mut document = context.document(&path, &key)?;
    let status = document.text_at("status").unwrap_or_default();
    if !from.contains(&status) {
        let message = format!(
            "{action} is not possible in status {status}; it is in {}",
            from.join(", ")
        );
        return Err(Problem::new(403, message));
    }
    let kind = document.text_at("type").unwrap_or_default();
    let to = if *action_path == APPROVE_INVOICE && SALES.contains(&kind) {
        "NOT_SENT"
    } else {
        to
    };
    document.set("status", to);
    let document = crud::update(context, resource, &path, &key, document);
    sync_receipt(context, &document, to);
    let status = success_response(call.operation).map_or(200, |(status, _)| status);
    Ok(Response::message(status, format!("{path}/{key}: {to}")))
}

/// Gives the receipt of an invoice the status of the invoice.
pub(super) fn sync_receipt(context: &mut Context<'_>, invoice: &Json, status: &str) {
    let Some(receipt) = invoice.integer_at("ledgerReceiptId") else {
        return;
    };
    let key = Key::Number(receipt);
    if let Some(receipt) = context.store.get_mut("/ledgerreceipts", &key) {
        receipt.set("status", status);
    }
}
