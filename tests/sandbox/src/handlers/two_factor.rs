//! Operations that a person confirms with a second factor, and the results of these transactions.

use std::time::Duration;

use procountor_codegen::model::Method;

use super::{Context, crud};
use crate::check::Call;
use crate::clock;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::resource;
use crate::response::{HandlerResult, Problem, Response};
use crate::store::{Decision, Transaction};

/// The time in which a person can confirm, according to the vendor's documentation.
const LIFETIME: Duration = Duration::from_secs(300);

const EXPIRED: &str = "the transaction has expired";

/// Starts a transaction. A document that it deletes stays until the transaction is confirmed.
pub(super) fn start(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let (collection, parameter) = resource::split(&call.operation.path);
    let deleted = context
        .resource(collection)
        .filter(|_| call.operation.method == Method::Delete && parameter.is_some());
    let deletes = deleted
        .map(|resource| context.locate(call, resource))
        .transpose()?;
    let identifier = context.store.uuid();
    let transaction = Transaction {
        started: clock::now(),
        polls: 0,
        decision: None,
        processed: false,
        deletes,
    };
    context
        .store
        .transactions
        .insert(identifier.clone(), transaction);
    context.record(Change::Started, collection, &identifier);
    let body = Json::object([
        ("transactionIdentifier", identifier.into()),
        ("confirmationApp", "PROCOUNTOR_KEY".into()),
    ]);
    Ok(Response::json(202, &body))
}

/// Returns the result of a transaction, once. Without a decision, the transaction is confirmed at the second request for
/// its result.
pub(super) fn result(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let identifier = call.last_path_value();
    let Some(transaction) = context.store.transactions.get_mut(identifier) else {
        let message = format!("there is no transaction {identifier}");
        return Err(Problem::new(404, message));
    };
    transaction.polls += 1;
    if transaction.processed {
        return Err(Problem::new(409, "the transaction is already processed"));
    }
    let expired = clock::now().duration_since(transaction.started) >= LIFETIME;
    let is_pending = match transaction.decision {
        Some(Decision::Refuse) => {
            return Err(Problem::new(406, "the user has refused the transaction"));
        }
        Some(Decision::Ignore) => return Err(Problem::new(408, EXPIRED)),
        _ if expired => return Err(Problem::new(408, EXPIRED)),
        Some(Decision::Defer) => true,
        Some(Decision::Confirm) => false,
        None => transaction.polls == 1,
    };
    if is_pending {
        return Ok(Response::message(202, "not confirmed yet"));
    }
    transaction.processed = true;
    if let Some((collection, key)) = transaction.deletes.take() {
        // The transaction succeeds even if another request has deleted the document.
        let _ = crud::remove(context, &collection, &key);
    }
    let mut responses = call.operation.responses.iter();
    let done = responses.find(|response| response.status == 200);
    Ok(done.map_or(Response::empty(204), |done| {
        generate::response(context.model, done.status, &done.content)
    }))
}
