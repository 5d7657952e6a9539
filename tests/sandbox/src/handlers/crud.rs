//! Creates, replaces, changes and deletes documents of any resource of the model.

use procountor_codegen::model::{Body, Method, Type};

use super::{Context, lock, reads, singletons};
use crate::check::Call;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::model::{schema_name, success_response};
use crate::resource::{self, Resource};
use crate::response::{HandlerResult, Problem, Response};
use crate::shape;
use crate::store::Key;

/// Fields that a replacement does not change, by collection.
const PRESERVED: &[(&str, &[&str])] = &[
    // Items have their own operations.
    ("/dimensions", &["items"]),
    (
        "/fiscalyears/{fiscalYearId}/trackingPeriods",
        &["startDate", "endDate"],
    ),
    (
        "/invoices",
        &[
            "status",
            "invoiceNumber",
            "ledgerReceiptId",
            "partnerId",
            "creatorId",
        ],
    ),
    (
        "/ledgerreceipts",
        &[
            "status",
            "receiptNumber",
            "invoiceId",
            "invoiceNumber",
            "type",
        ],
    ),
];

/// The status of a new document, and the field that is numbered with its series, by collection.
const ASSIGNED: &[(&str, &str, &str, &str)] = &[
    (
        "/invoices",
        "UNFINISHED",
        "invoiceNumber",
        "invoice numbers",
    ),
    (
        "/ledgerreceipts",
        "UNFINISHED",
        "receiptNumber",
        "receipt numbers",
    ),
];

/// Handles a call that is not special.
pub(super) fn handle(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let operation = call.operation;
    let (collection, parameter) = resource::split(&operation.path);
    let item = context
        .resource(collection)
        .filter(|resource| parameter.is_some() && resource.parameter.as_deref() == parameter);
    let list = context
        .resource(&operation.path)
        .filter(|_| parameter.is_none());
    match (operation.method, item, list) {
        (Method::Get, Some(resource), _) => reads::read(context, call, resource),
        (Method::Put | Method::Patch, Some(resource), _) => {
            let (path, key) = context.locate(call, resource)?;
            change(context, call, resource, &path, &key)
        }
        (Method::Delete, Some(resource), _) => delete(context, call, resource),
        (Method::Get, None, Some(resource)) => reads::search(context, call, resource),
        (Method::Post, None, Some(resource)) => create(context, call, resource),
        (Method::Put, None, Some(resource))
            if body_schema(call) == Some(resource.schema.as_str()) =>
        {
            let (path, key) = key_from_body(context, call, resource)?;
            change(context, call, resource, &path, &key)
        }
        _ => singletons::handle(context, call),
    }
}

fn create(context: &mut Context<'_>, call: &Call<'_>, resource: &Resource) -> HandlerResult {
    let path = resource::fill(&resource.collection, &call.path);
    context.ensure(resource, &path);
    let (_, document) = insert(context, resource, &path, call.body_or_null());
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Adds a new document to a collection, with the fields that the server assigns.
pub(super) fn insert(
    context: &mut Context<'_>,
    resource: &Resource,
    path: &str,
    body: Json,
) -> (Key, Json) {
    let key = context.new_key(resource);
    let mut document = shape::fit(context.model, &resource.schema, body.without_nulls());
    if let Some(field) = &resource.key {
        document.set(field, key.to_json());
    }
    for (collection, status, field, series) in ASSIGNED {
        if *collection == resource.collection {
            document.set("status", *status);
            document.set(field, context.store.next(series));
        }
    }
    let now = context.store.tick();
    document.set("created", now.as_str());
    stamp(context, resource, &mut document, &now);
    context.store.put(path, key.clone(), document.clone());
    context.record(Change::Created, path, &key);
    (key, document)
}

/// Sets the version of a document, and the missing ids of its nested objects.
fn stamp(context: &mut Context<'_>, resource: &Resource, document: &mut Json, now: &str) {
    let model = context.model;
    let Some(schema) = model.schema(&resource.schema) else {
        return;
    };
    if schema.fields.iter().any(|field| field.wire == "version") {
        document.set("version", now);
    }
    for field in &schema.fields {
        let Type::List(item) = &field.ty else {
            continue;
        };
        let Some(item) = schema_name(item).and_then(|name| model.schema(name)) else {
            continue;
        };
        let mut fields = item.fields.iter();
        let has_id = fields.any(|field| field.wire == "id" && model.is_integer(&field.ty));
        let Json::Object(members) = &mut *document else {
            return;
        };
        let member = members
            .iter_mut()
            .find(|(name, _)| has_id && *name == field.wire);
        let Some((_, Json::List(items))) = member else {
            continue;
        };
        for object in items.iter_mut().filter(|object| object.get("id").is_none()) {
            object.set("id", context.store.next(&item.name));
        }
    }
}

/// Returns the key of a document that the body names instead of the path.
fn key_from_body(
    context: &mut Context<'_>,
    call: &Call<'_>,
    resource: &Resource,
) -> Result<(String, Key), Problem> {
    let path = resource::fill(&resource.collection, &call.path);
    context.ensure(resource, &path);
    let field = resource.key.as_deref().unwrap_or("id");
    let sent = call.body().and_then(|body| body.get(field)?.plain());
    let key = sent.and_then(|sent| Key::read(&sent, resource.text_key));
    let key = key.ok_or_else(|| Problem::at(field, "is required: it names what is changed"))?;
    Ok((path, key))
}

fn change(
    context: &mut Context<'_>,
    call: &Call<'_>,
    resource: &Resource,
    path: &str,
    key: &Key,
) -> HandlerResult {
    let stored = context.document(path, key)?;
    let body = call
        .body()
        .cloned()
        .unwrap_or(Json::Object(Default::default()));
    let sent = body
        .text_at("version")
        .map(str::to_owned)
        .or_else(|| call.value("version"));
    lock::check(&call.operation.path, sent.as_deref(), &stored)?;
    let replaces =
        call.operation.method == Method::Put && body_schema(call) == Some(resource.schema.as_str());
    let document = if replaces {
        replaced(context, resource, &stored, body)
    } else {
        shape::merged(&stored, &body)
    };
    let document = update(context, resource, path, key, document);
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Stores a changed document with a new version.
pub(super) fn update(
    context: &mut Context<'_>,
    resource: &Resource,
    path: &str,
    key: &Key,
    mut document: Json,
) -> Json {
    let now = context.store.tick();
    stamp(context, resource, &mut document, &now);
    if let Some(field) = &resource.key {
        document.set(field, key.to_json());
    }
    context.store.put(path, key.clone(), document.clone());
    context.update_parent(resource, path, &document);
    context.record(Change::Updated, path, key);
    document
}

/// Returns the document after a PUT: the body, with the stored fields that only the server sets.
pub(super) fn replaced(
    context: &Context<'_>,
    resource: &Resource,
    stored: &Json,
    body: Json,
) -> Json {
    let mut document = body.without_nulls();
    let preserved = PRESERVED
        .iter()
        .find(|(collection, _)| *collection == resource.collection)
        .map_or(&[][..], |(_, fields)| *fields);
    let schema = context.model.schema(&resource.schema);
    let fields = schema.map_or(&[][..], |schema| schema.fields.as_slice());
    for (name, value) in stored.members() {
        let is_hidden = !fields.iter().any(|field| field.wire == *name);
        if is_hidden || name == "created" || preserved.contains(&name.as_str()) {
            document.set(name, value.clone());
        }
    }
    document
}

fn delete(context: &mut Context<'_>, call: &Call<'_>, resource: &Resource) -> HandlerResult {
    let (path, key) = context.locate(call, resource)?;
    remove(context, &path, &key)?;
    Ok(match success_response(call.operation) {
        Some((status, content)) => generate::response(context.model, status, content),
        None => Response::empty(204),
    })
}

/// Removes a document from its collection.
pub(super) fn remove(context: &mut Context<'_>, path: &str, key: &Key) -> Result<(), Problem> {
    let collection = context.store.collection_mut(path);
    let removed = collection.and_then(|documents| documents.remove(key));
    removed.ok_or_else(|| Problem::not_found(key, path))?;
    context.store.files.remove(key);
    context.record(Change::Deleted, path, key);
    Ok(())
}

pub(super) fn body_schema<'m>(call: &Call<'m>) -> Option<&'m str> {
    match &call.operation.body {
        Some(Body::Json { ty, .. }) => schema_name(ty),
        _ => None,
    }
}
