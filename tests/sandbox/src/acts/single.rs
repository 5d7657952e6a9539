//! Paths with one document, and operations that are about no document at all.

use procountor_codegen::model::Method;

use super::crud::body_schema;
use super::{Desk, lock};
use crate::check::Call;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::model::{answer_schema, first_answer};
use crate::reply::{Outcome, Reply};
use crate::resource;
use crate::shape;

/// A path with one document: what was put there is read again, and until then it is generated.
pub(super) fn perform(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let operation = call.operation;
    let path = resource::fill(&operation.path, &call.path);
    let Some((status, content)) = first_answer(operation) else {
        return Ok(Reply::empty(204));
    };
    match (operation.method, answer_schema(operation), call.body()) {
        (Method::Get, Some(schema), _) => {
            let stored = desk.store.singles.get(&path);
            let document = stored.map(|stored| shape::project(desk.model, schema, stored));
            Ok(document.map_or_else(
                || generate::reply(desk.model, status, content),
                |document| Reply::json(status, &document),
            ))
        }
        (Method::Put, _, Some(body)) => put_single(desk, call, &path, body),
        (Method::Post, Some(schema), Some(body)) if body_schema(call) == Some(schema) => {
            let now = desk.store.tick();
            let document = shape::merged(
                &generate::object(desk.model, schema),
                &shape::merged(body, &Json::object([("version", now.into())])),
            );
            Ok(Reply::json(
                status,
                &shape::project(desk.model, schema, &document),
            ))
        }
        _ => Ok(generate::reply(desk.model, status, content)),
    }
}

fn put_single(desk: &mut Desk<'_>, call: &Call<'_>, path: &str, body: &Json) -> Outcome {
    let schema = desk
        .model
        .operation(Method::Get, &call.operation.path)
        .and_then(answer_schema);
    if let Some(schema) = schema.filter(|schema| body_schema(call) == Some(schema)) {
        let stored = desk
            .store
            .singles
            .get(path)
            .cloned()
            .unwrap_or_else(|| generate::object(desk.model, schema));
        lock::check(&call.operation.path, body.text_at("version"), &stored)?;
        let mut document = body.clone().without_nulls();
        if stored.get("version").is_some() {
            let now = desk.store.tick();
            document.set("version", now);
        }
        desk.store.singles.insert(path.to_owned(), document.clone());
        desk.note(Change::Updated, path, "");
        return Ok(desk.answer(call.operation, &document, schema));
    }
    let Some((status, content)) = first_answer(call.operation) else {
        return Ok(Reply::empty(204));
    };
    Ok(generate::reply(desk.model, status, content))
}
