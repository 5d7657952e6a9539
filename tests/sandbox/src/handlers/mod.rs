//! Handles calls that passed all checks. One table lists the special operations; the others are derived from the model.

mod attachments;
mod company;
mod context;
mod crud;
mod invoices;
mod lock;
mod reads;
mod shift;
mod singletons;
mod statuses;
mod synthetic;
mod two_factor;

use procountor_codegen::model::Access;
use procountor_codegen::model::Method::{self, Delete, Get, Patch, Post, Put};

use crate::check::Call;
use crate::response::HandlerResult;

pub(crate) use context::Context;

type Handler = fn(&mut Context<'_>, &Call<'_>) -> HandlerResult;

/// Operations whose behavior does not follow from the model.
const HANDLERS: &[(Method, &str, Handler)] = &[
    (Post, "/attachments", attachments::upload),
    (Get, "/attachments/{attachmentId}", attachments::download),
    (Patch, "/attachments/{attachmentId}", attachments::rename),
    (Post, "/invoices", invoices::create),
    (Put, "/invoices/{invoiceId}", invoices::replace),
    (Put, "/invoices/{invoiceId}/notes", invoices::notes),
    (
        Put,
        "/invoices/{invoiceId}/paymentevents/markpaid",
        invoices::mark_paid,
    ),
    (Post, "/webhooks", company::add_webhook),
    (
        Delete,
        "/products/groups/{groupId}",
        company::delete_product_group,
    ),
    (
        Post,
        "/dimensions/{dimensionId}/items",
        company::add_dimension_item,
    ),
    (
        Put,
        "/dimensions/{dimensionId}/items",
        company::update_dimension_item,
    ),
];

/// Operations that return the result of a two-factor transaction.
const TRANSACTION_RESULTS: &[(Method, &str)] = &[
    (Get, "/mfatransactionresult/{transactionIdentifier}"),
    (Put, "/invoices/{transactionIdentifier}/confirm"),
    (Put, "/payments/{transactionIdentifier}/confirm"),
    (
        Put,
        "/payments/directsalarypayments/{transactionIdentifier}/confirm",
    ),
    (Put, "/users/{transactionIdentifier}/confirm"),
];

/// Handles a call.
pub(crate) fn handle(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let operation = call.operation;
    let (wanted, path) = (operation.method, operation.path.as_str());
    context.check_parents(call)?;
    if operation.policy.access == Access::TwoFactor {
        return two_factor::start(context, call);
    }
    if TRANSACTION_RESULTS.contains(&(wanted, path)) {
        return two_factor::result(context, call);
    }
    let mut handlers = HANDLERS.iter();
    if let Some((.., handler)) =
        handlers.find(|(method, known, _)| (*method, *known) == (wanted, path))
    {
        return handler(context, call);
    }
    if let Some(transition) = statuses::transition(path) {
        return statuses::apply(context, call, transition);
    }
    crud::handle(context, call)
}
