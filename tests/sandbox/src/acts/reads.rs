//! Lists and reads documents, for every resource of the model alike.

use std::collections::BTreeSet;

use super::{Desk, made_up, shift, single};
use crate::check::Call;
use crate::faults::Fault;
use crate::filter;
use crate::json::Json;
use crate::model::{answer_schema, first_answer, schema_name};
use crate::paging;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource::{self, Resource};
use crate::shape;
use crate::store::Key;

/// Answers a search: all documents that it admits, or a page of them.
pub(super) fn search(desk: &mut Desk<'_>, call: &Call<'_>, resource: &Resource) -> Outcome {
    let operation = call.operation;
    let path = resource::fill(&resource.collection, &call.path);
    desk.open(resource, &path);
    let (Some((status, content)), Some(rows)) = (
        first_answer(operation),
        resource::rows(desk.model, operation),
    ) else {
        return single::perform(desk, call);
    };
    if let (Some(paging), Some(rows)) = (&operation.policy.paging, desk.store.made_up)
        && resource.collection == made_up::COLLECTION
    {
        return made_up::page(call, paging, rows);
    }
    if let (Some(paging), Some(Fault::ShiftingPages(shift))) =
        (&operation.policy.paging, desk.fault)
    {
        shift::apply(desk, call, paging, resource, &path, shift);
    }
    let documents = desk.store.documents(&path);
    let found: Vec<_> = documents
        .filter(|(_, document)| filter::admits(call, &resource.collection, document))
        .collect();
    let row = |document: &&Json| shape::project(desk.model, &rows.row, document);
    let Some(paging) = &operation.policy.paging else {
        let list: Json = found
            .iter()
            .map(|(_, document)| row(document))
            .collect::<Vec<_>>()
            .into();
        return Ok(Reply::json(
            status,
            &match rows.field {
                Some(field) => Json::object([(field.as_str(), list)]),
                None => list,
            },
        ));
    };
    let page = paging::page(
        call,
        paging,
        found,
        desk.fault == Some(Fault::DuplicateRows),
    )?;
    let list: Vec<Json> = page.documents.iter().map(row).collect();
    let answer = Json::object([(paging.rows.as_str(), list.into()), ("meta", page.meta)]);
    let schema = match content {
        procountor_codegen::model::Content::Json(ty) => schema_name(ty),
        _ => None,
    };
    // The projection drops what this version's page does not tell, as the total in older ones.
    Ok(Reply::json(
        status,
        &schema.map_or(answer.clone(), |schema| {
            shape::project(desk.model, schema, &answer)
        }),
    ))
}

/// Answers with one document, or with several when several ids are asked for.
pub(super) fn read(desk: &mut Desk<'_>, call: &Call<'_>, resource: &Resource) -> Outcome {
    let path = resource::fill(&resource.collection, &call.path);
    desk.open(resource, &path);
    let ids = call
        .path
        .last()
        .map(|(_, value)| value.as_str())
        .unwrap_or_default();
    if call.operation.batch.is_some() && ids.contains(',') {
        return read_several(desk, call, resource, &path, ids);
    }
    let (path, key) = desk.item(call, resource)?;
    match desk.store.get(&path, &key) {
        Some(document) => Ok(desk.answer(call.operation, document, &resource.schema)),
        None => Err(Problem::new(404, format!("there is no {key} in {path}"))),
    }
}

/// Several ids: ordered, none twice, unknown ones left out.
fn read_several(
    desk: &Desk<'_>,
    call: &Call<'_>,
    resource: &Resource,
    path: &str,
    ids: &str,
) -> Outcome {
    let keys: BTreeSet<Key> = ids
        .split(',')
        .filter_map(|id| Key::read(id, resource.text_key))
        .collect();
    let schema = answer_schema(call.operation).unwrap_or(&resource.schema);
    let documents = keys.iter().filter_map(|key| desk.store.get(path, key));
    let found: Vec<Json> = documents
        .map(|document| shape::project(desk.model, schema, document))
        .collect();
    match found.is_empty() {
        true => Err(Problem::new(
            404,
            format!("there is none of {ids} in {path}"),
        )),
        false => Ok(Reply::json(200, &found.into())),
    }
}
