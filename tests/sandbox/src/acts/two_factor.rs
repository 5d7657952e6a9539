//! Operations that a person confirms with a second factor, and the result that the caller asks for afterwards.

use std::time::Duration;

use procountor_codegen::model::Method;

use super::{Desk, crud};
use crate::check::Call;
use crate::clock;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource;
use crate::store::{Decision, Key, Transaction};

/// How long a person has, as the vendor documents it.
const LIFETIME: Duration = Duration::from_secs(300);

const EXPIRED: &str = "the transaction has expired";

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
    let transaction = Transaction {
        begun: clock::now(),
        polls: 0,
        decision: None,
        processed: false,
        deletes,
    };
    desk.store
        .transactions
        .insert(identifier.clone(), transaction);
    desk.note(Change::Begun, collection, &identifier);
    let answer = Json::object([
        ("transactionIdentifier", identifier.into()),
        ("confirmationApp", "PROCOUNTOR_KEY".into()),
    ]);
    Ok(Reply::json(202, &answer))
}

/// The result of a transaction. Unless somebody has decided, it is not confirmed when asked for the first time, then done.
/// What is done is told once.
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
    if transaction.processed {
        return Err(Problem::new(409, "the transaction is already processed"));
    }
    let expired = clock::now().duration_since(transaction.begun) >= LIFETIME;
    let waits = match transaction.decision {
        Some(Decision::Refuse) => {
            return Err(Problem::new(406, "the user has refused the transaction"));
        }
        Some(Decision::Ignore) => return Err(Problem::new(408, EXPIRED)),
        _ if expired => return Err(Problem::new(408, EXPIRED)),
        Some(Decision::Think) => true,
        Some(Decision::Confirm) => false,
        None => transaction.polls == 1,
    };
    if waits {
        return Ok(Reply::json(
            202,
            &Json::object([("message", "not confirmed yet".into())]),
        ));
    }
    transaction.processed = true;
    let deletes: Option<(String, Key)> = transaction.deletes.take();
    if let Some((collection, key)) = deletes {
        // Somebody else may have deleted it in the meantime; the transaction is done all the same.
        let _ = crud::remove(desk, &collection, &key);
    }
    let done = call
        .operation
        .responses
        .iter()
        .find(|answer| answer.status == 200);
    Ok(done.map_or(Reply::empty(204), |answer| {
        generate::reply(desk.model, answer.status, &answer.content)
    }))
}
