//! Lists and reads documents of any resource of the model.

use std::collections::BTreeSet;

use procountor_codegen::model::Content;

use super::{Context, shift, singletons, synthetic};
use crate::check::Call;
use crate::faults::Fault;
use crate::filter;
use crate::json::Json;
use crate::model::{response_schema, schema_name, success_response};
use crate::paging;
use crate::resource::{self, Resource};
use crate::response::{HandlerResult, Problem, Response};
use crate::shape;
use crate::store::Key;

/// Returns the documents that a search selects, or a page of them.
pub(super) fn search(
    context: &mut Context<'_>,
    call: &Call<'_>,
    resource: &Resource,
) -> HandlerResult {
    let operation = call.operation;
    let path = resource::fill(&resource.collection, &call.path);
    context.ensure(resource, &path);
    let (Some((status, content)), Some(rows)) = (
        success_response(operation),
        resource::rows(context.model, operation),
    ) else {
        return singletons::handle(context, call);
    };
    let Some(paging) = &operation.policy.paging else {
        let found = filter::find(context.store, call, resource, &path).into_iter();
        let list: Vec<Json> = found
            .map(|(_, document)| shape::project(context.model, &rows.row, document))
            .collect();
        let body = match rows.field {
            Some(field) => Json::object([(field.as_str(), list.into())]),
            None => list.into(),
        };
        return Ok(Response::json(status, &body));
    };
    if resource.collection == synthetic::COLLECTION
        && let Some(rows) = context.store.synthetic_invoices
    {
        return synthetic::page(call, paging, rows);
    }
    if let Some(Fault::ShiftingPages(shift)) = context.fault {
        shift::apply(context, call, paging, resource, &path, shift);
    }
    let found = filter::find(context.store, call, resource, &path);
    let repeat_last_row = context.fault == Some(Fault::DuplicateRows);
    let page = paging::page(call, paging, found, repeat_last_row)?;
    let documents = page.documents.into_iter();
    let list: Vec<Json> = documents
        .map(|document| shape::project(context.model, &rows.row, document))
        .collect();
    let mut body = Json::object([(paging.rows.as_str(), list.into()), ("meta", page.meta)]);
    // The projection drops fields that this version does not have, such as the total in older ones.
    if let Content::Json(ty) = content
        && let Some(schema) = schema_name(ty)
    {
        body = shape::project(context.model, schema, &body);
    }
    Ok(Response::json(status, &body))
}

/// Returns the document that the path names, or several if it names several ids.
pub(super) fn read(
    context: &mut Context<'_>,
    call: &Call<'_>,
    resource: &Resource,
) -> HandlerResult {
    let path = resource::fill(&resource.collection, &call.path);
    context.ensure(resource, &path);
    let ids = call.last_path_value();
    if call.operation.batch.is_some() && ids.contains(',') {
        return read_several(context, call, resource, &path, ids);
    }
    let (path, key) = context.locate(call, resource)?;
    let document = context.document(&path, &key)?;
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Returns several documents in the order of their ids, without duplicates and unknown ids.
fn read_several(
    context: &Context<'_>,
    call: &Call<'_>,
    resource: &Resource,
    path: &str,
    ids: &str,
) -> HandlerResult {
    let keys: BTreeSet<Key> = ids
        .split(',')
        .filter_map(|id| Key::read(id, resource.text_key))
        .collect();
    let schema = response_schema(call.operation).unwrap_or(&resource.schema);
    let documents = keys.iter().filter_map(|key| context.store.get(path, key));
    let found: Vec<Json> = documents
        .map(|document| shape::project(context.model, schema, document))
        .collect();
    if found.is_empty() {
        let message = format!("there is none of {ids} in {path}");
        return Err(Problem::new(404, message));
    }
    Ok(Response::json(200, &found.into()))
}
