//! Paths with a single document, and operations without a document.

use procountor_codegen::model::Method;

use super::crud::body_schema;
use super::{Context, lock};
use crate::check::Call;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::model::{response_schema, success_response};
use crate::resource;
use crate::response::{HandlerResult, Response};
use crate::shape;

/// Reads or writes a single document. A document that was never written is generated.
pub(super) fn handle(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let operation = call.operation;
    let path = resource::fill(&operation.path, &call.path);
    let Some((status, content)) = success_response(operation) else {
        return Ok(Response::empty(204));
    };
    let generated = || generate::response(context.model, status, content);
    match (operation.method, response_schema(operation), call.body()) {
        (Method::Get, Some(schema), _) => {
            let stored = context.store.singletons.get(&path);
            let document = stored.map(|stored| shape::project(context.model, schema, stored));
            Ok(document.map_or_else(generated, |document| Response::json(status, &document)))
        }
        (Method::Put, _, Some(body)) => {
            let read = context.model.operation(Method::Get, &operation.path);
            match read.and_then(response_schema) {
                Some(schema) if body_schema(call) == Some(schema) => {
                    put(context, call, schema, &path, body)
                }
                _ => Ok(generated()),
            }
        }
        (Method::Post, Some(schema), Some(body)) if body_schema(call) == Some(schema) => {
            let version = Json::object([("version", context.store.tick().into())]);
            let document = shape::merged(
                &generate::object(context.model, schema),
                &shape::merged(body, &version),
            );
            let document = shape::project(context.model, schema, &document);
            Ok(Response::json(status, &document))
        }
        _ => Ok(generated()),
    }
}

fn put(
    context: &mut Context<'_>,
    call: &Call<'_>,
    schema: &str,
    path: &str,
    body: &Json,
) -> HandlerResult {
    let stored = context.store.singletons.get(path).cloned();
    let stored = stored.unwrap_or_else(|| generate::object(context.model, schema));
    lock::check(&call.operation.path, body.text_at("version"), &stored)?;
    let mut document = body.clone().without_nulls();
    if stored.get("version").is_some() {
        document.set("version", context.store.tick());
    }
    context
        .store
        .singletons
        .insert(path.to_owned(), document.clone());
    context.record(Change::Updated, path, "");
    Ok(context.respond(call.operation, &document, schema))
}
