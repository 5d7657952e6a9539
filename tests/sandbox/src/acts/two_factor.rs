//! Operations that a person confirms with a second factor, and the result that the caller asks for afterwards.

use procountor_codegen::model::Method;

use super::{Desk, crud};
use crate::check::Call;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource;
use crate::store::{Key, Transaction};

/// Starts a transaction. What it deletes stays until it is confirmed.
pub(super) fn begin(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let (collection, parameter) = resource::split(&call.operation.path);
    let deleted = desk
        .resource(collection)
        .filter(|_| call.operation.method == Method::Delete && parameter.is_some());
    let deletes = deleted
        .map(|resource| desk.item(call, resource))
        .transpose()?;
    let identifier = desk.store.uuid();
    desk.store
        .transactions
        .insert(identifier.clone(), Transaction { polls: 0, deletes });
    desk.note(Change::Begun, collection, &identifier);
    let answer = Json::object([
        ("transactionIdentifier", identifier.into()),
        ("confirmationApp", "PROCOUNTOR_KEY".into()),
    ]);
    Ok(Reply::json(202, &answer))
}

/// The result of a transaction: not confirmed when asked for the first time, then done.
pub(super) fn result(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let identifier = call
        .path
        .last()
        .map(|(_, value)| value.as_str())
        .unwrap_or_default();
    let Some(transaction) = desk.store.transactions.get_mut(identifier) else {
        return Err(Problem::new(
            404,
            format!("there is no transaction {identifier}"),
        ));
    };
    transaction.polls += 1;
    if transaction.polls == 1 {
        return Ok(Reply::json(
            202,
            &Json::object([("message", "not confirmed yet".into())]),
        ));
    }
    let deletes: Option<(String, Key)> = transaction.deletes.take();
    if let Some((collection, key)) = deletes {
        // Somebody else may have deleted it in the meantime; the transaction is done all the same.
        let _ = crud::remove(desk, &collection, &key);
    }
    let done = call
        .operation
        .answers
        .iter()
        .find(|answer| answer.status == 200);
    Ok(done.map_or(Reply::empty(204), |answer| {
        generate::reply(desk.model, answer.status, &answer.content)
    }))
}
