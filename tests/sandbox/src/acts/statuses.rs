//! The actions that do nothing but move a document from one status to another: one table.

use super::{Desk, crud};
use crate::check::Call;
use crate::json::Json;
use crate::model::first_answer;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource;
use crate::store::Key;

/// A way from one status to another.
#[derive(Debug)]
pub(super) struct Transition {
    path: &'static str,
    from: &'static [&'static str],
    to: &'static str,
    /// What documents of these types become instead.
    otherwise: Option<(&'static [&'static str], &'static str)>,
}

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

const TRANSITIONS: &[Transition] = &[
    Transition {
        path: "/invoices/{invoiceId}/approve",
        from: &["UNFINISHED", "RECEIVED", "VERIFIED"],
        to: "APPROVED",
        otherwise: Some((SALES, "NOT_SENT")),
    },
    Transition {
        path: "/invoices/{invoiceId}/send",
        from: &["NOT_SENT", "SENT"],
        to: "SENT",
        otherwise: None,
    },
    Transition {
        path: "/invoices/{invoiceId}/invalidate",
        from: LIVE,
        to: "INVALIDATED",
        otherwise: None,
    },
    Transition {
        path: "/invoices/{invoiceId}/unfinished",
        from: &[
            "NOT_SENT",
            "SENT",
            "RECEIVED",
            "VERIFIED",
            "APPROVED",
            "PAYMENT_DENIED",
            "INVALIDATED",
        ],
        to: "UNFINISHED",
        otherwise: None,
    },
    Transition {
        path: "/invoices/{invoiceId}/verify",
        from: &["UNFINISHED", "RECEIVED"],
        to: "VERIFIED",
        otherwise: None,
    },
    Transition {
        path: "/invoices/{invoiceId}/reject",
        from: LIVE,
        to: "PAYMENT_DENIED",
        otherwise: None,
    },
    Transition {
        path: "/invoices/{invoiceId}/sendToCirculation",
        from: &["UNFINISHED"],
        to: "RECEIVED",
        otherwise: None,
    },
    Transition {
        path: "/ledgerreceipts/{receiptId}/approve",
        from: &["UNFINISHED", "VERIFIED"],
        to: "APPROVED",
        otherwise: None,
    },
    Transition {
        path: "/ledgerreceipts/{receiptId}/invalidate",
        from: LIVE,
        to: "INVALIDATED",
        otherwise: None,
    },
    Transition {
        path: "/ledgerreceipts/{receiptId}/unfinished",
        from: &["APPROVED", "INVALIDATED"],
        to: "UNFINISHED",
        otherwise: None,
    },
];

/// The transition that a path stands for.
pub(super) fn transition(path: &str) -> Option<&'static Transition> {
    TRANSITIONS
        .iter()
        .find(|transition| transition.path == path)
}

/// Moves the document that the call names.
pub(super) fn apply(desk: &mut Desk<'_>, call: &Call<'_>, transition: &Transition) -> Outcome {
    let (item, action) = transition.path.rsplit_once('/').unwrap_or_default();
    let Some(resource) = desk.resource(resource::split(item).0) else {
        return Err(Problem::new(404, "not found"));
    };
    let (path, key) = desk.item(call, resource)?;
    let Some(mut document) = desk.store.get(&path, &key).cloned() else {
        return Err(Problem::new(404, format!("there is no {key} in {path}")));
    };
    let status = document.text_at("status").unwrap_or_default();
    if !transition.from.contains(&status) {
        let message = format!(
            "{action} is not possible in status {status}; it is in {}",
            transition.from.join(", ")
        );
        return Err(Problem::new(403, message));
    }
    let kind = document.text_at("type").unwrap_or_default();
    let to = transition
        .otherwise
        .filter(|(types, _)| types.contains(&kind))
        .map_or(transition.to, |(_, to)| to);
    document.set("status", to);
    let document = crud::update(desk, resource, &path, &key, document);
    follow(desk, &document, to);
    let status = first_answer(call.operation).map_or(200, |(status, _)| status);
    Ok(Reply::json(
        status,
        &Json::object([("message", format!("{path}/{key}: {to}").into())]),
    ))
}

/// The receipt of an invoice has the invoice's status.
pub(super) fn follow(desk: &mut Desk<'_>, invoice: &Json, status: &str) {
    let Some(receipt) = invoice.integer_at("ledgerReceiptId") else {
        return;
    };
    if let Some(receipt) = desk.store.get_mut("/ledgerreceipts", &Key::Number(receipt)) {
        receipt.set("status", status);
    }
}
