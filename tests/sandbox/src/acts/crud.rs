//! Creates, replaces, changes and deletes documents, for every resource of the model alike.

use procountor_codegen::model::{Body, Method, Type};

use super::{Desk, lock, reads, single};
use crate::check::Call;
use crate::generate;
use crate::json::Json;
use crate::ledger::Change;
use crate::model::{first_answer, schema_name};
use crate::reply::{Outcome, Problem, Reply};
use crate::resource::{self, Resource};
use crate::shape;
use crate::store::Key;

/// What a replacement cannot change, by collection.
const KEPT: &[(&str, &[&str])] = &[
    // The items have operations of their own.
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

/// What the server assigns to a field of a new document.
enum Assigned {
    Text(&'static str),
    Series(&'static str),
}

/// What the server assigns beside the key and the version, by collection and field.
const ON_CREATION: &[(&str, &str, Assigned)] = &[
    ("/invoices", "status", Assigned::Text("UNFINISHED")),
    (
        "/invoices",
        "invoiceNumber",
        Assigned::Series("invoice numbers"),
    ),
    ("/ledgerreceipts", "status", Assigned::Text("UNFINISHED")),
    (
        "/ledgerreceipts",
        "receiptNumber",
        Assigned::Series("receipt numbers"),
    ),
];

/// Carries out a call that needs nothing special.
pub(super) fn perform(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let operation = call.operation;
    let (collection, parameter) = resource::split(&operation.path);
    let item = desk
        .resource(collection)
        .filter(|resource| parameter.is_some() && resource.parameter.as_deref() == parameter);
    let list = desk
        .resource(&operation.path)
        .filter(|_| parameter.is_none());
    match (operation.method, item, list) {
        (Method::Get, Some(resource), _) => reads::read(desk, call, resource),
        (Method::Put | Method::Patch, Some(resource), _) => {
            let (path, key) = desk.item(call, resource)?;
            change(desk, call, resource, &path, &key)
        }
        (Method::Delete, Some(resource), _) => delete(desk, call, resource),
        (Method::Get, None, Some(resource)) => reads::search(desk, call, resource),
        (Method::Post, None, Some(resource)) => create(desk, call, resource),
        (Method::Put, None, Some(resource))
            if body_schema(call) == Some(resource.schema.as_str()) =>
        {
            let (path, key) = named(desk, call, resource)?;
            change(desk, call, resource, &path, &key)
        }
        _ => single::perform(desk, call),
    }
}

fn create(desk: &mut Desk<'_>, call: &Call<'_>, resource: &Resource) -> Outcome {
    let path = resource::fill(&resource.collection, &call.path);
    desk.open(resource, &path);
    let body = call.body().cloned().unwrap_or(Json::Null);
    let (_, document) = insert(desk, resource, &path, body);
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// Puts a new document into a collection and gives it what the server assigns.
pub(super) fn insert(
    desk: &mut Desk<'_>,
    resource: &Resource,
    path: &str,
    body: Json,
) -> (Key, Json) {
    let key = desk.new_key(resource);
    let mut document = shape::fit(desk.model, &resource.schema, body.without_nulls());
    if let Some(field) = &resource.key {
        document.set(field, key.to_json());
    }
    for (_, field, value) in ON_CREATION
        .iter()
        .filter(|(collection, ..)| *collection == resource.collection)
    {
        match value {
            Assigned::Text(text) => document.set(field, *text),
            Assigned::Series(series) => document.set(field, desk.store.next(series)),
        }
    }
    let now = desk.store.tick();
    document.set("created", now.as_str());
    stamp(desk, resource, &mut document, &now);
    desk.store.put(path, key.clone(), document.clone());
    desk.note(Change::Created, path, &key);
    (key, document)
}

/// Sets the version, and ids for the objects inside.
fn stamp(desk: &mut Desk<'_>, resource: &Resource, document: &mut Json, now: &str) {
    if desk
        .model
        .schema(&resource.schema)
        .is_some_and(|schema| schema.fields.iter().any(|field| field.wire == "version"))
    {
        document.set("version", now);
    }
    number(desk, &resource.schema, document);
}

/// Gives an id to every object in a list that can have one and has none.
fn number(desk: &mut Desk<'_>, schema: &str, document: &mut Json) {
    let model = desk.model;
    let Some(schema) = model.schema(schema) else {
        return;
    };
    for field in &schema.fields {
        let Type::List(item) = &field.ty else {
            continue;
        };
        let Some(item) = schema_name(item).and_then(|name| model.schema(name)) else {
            continue;
        };
        let has_id = item
            .fields
            .iter()
            .any(|field| field.wire == "id" && model.is_integer(&field.ty));
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
            object.set("id", desk.store.next(&item.name));
        }
    }
}

/// The document that is named in the body, not in the path.
fn named(
    desk: &mut Desk<'_>,
    call: &Call<'_>,
    resource: &Resource,
) -> Result<(String, Key), Problem> {
    let path = resource::fill(&resource.collection, &call.path);
    desk.open(resource, &path);
    let field = resource.key.as_deref().unwrap_or("id");
    let sent = call.body().and_then(|body| body.get(field)?.plain());
    let key = sent.and_then(|sent| Key::read(&sent, resource.text_key));
    let key = key.ok_or_else(|| Problem::at(field, "is required: it names what is changed"))?;
    Ok((path, key))
}

fn change(
    desk: &mut Desk<'_>,
    call: &Call<'_>,
    resource: &Resource,
    path: &str,
    key: &Key,
) -> Outcome {
    let Some(stored) = desk.store.get(path, key).cloned() else {
        return Err(Problem::new(404, format!("there is no {key} in {path}")));
    };
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
        replaced(desk, resource, &stored, body)
    } else {
        shape::merged(&stored, &body)
    };
    let document = update(desk, resource, path, key, document);
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// Stores a changed document under a new version.
pub(super) fn update(
    desk: &mut Desk<'_>,
    resource: &Resource,
    path: &str,
    key: &Key,
    mut document: Json,
) -> Json {
    let now = desk.store.tick();
    stamp(desk, resource, &mut document, &now);
    if let Some(field) = &resource.key {
        document.set(field, key.to_json());
    }
    desk.store.put(path, key.clone(), document.clone());
    desk.embed(resource, path, &document);
    desk.note(Change::Updated, path, key);
    document
}

/// The document that a PUT leaves: what was sent, and what only the server sets.
pub(super) fn replaced(desk: &Desk<'_>, resource: &Resource, stored: &Json, body: Json) -> Json {
    let mut document = body.without_nulls();
    let kept = KEPT
        .iter()
        .find(|(collection, _)| *collection == resource.collection)
        .map_or(&[][..], |(_, fields)| *fields);
    let fields = desk
        .model
        .schema(&resource.schema)
        .map(|schema| schema.fields.as_slice())
        .unwrap_or_default();
    for (name, value) in stored.members() {
        let is_hidden = !fields.iter().any(|field| field.wire == *name);
        if is_hidden || name == "created" || kept.contains(&name.as_str()) {
            document.set(name, value.clone());
        }
    }
    document
}

fn delete(desk: &mut Desk<'_>, call: &Call<'_>, resource: &Resource) -> Outcome {
    let (path, key) = desk.item(call, resource)?;
    remove(desk, &path, &key)?;
    Ok(match first_answer(call.operation) {
        Some((status, content)) => generate::reply(desk.model, status, content),
        None => Reply::empty(204),
    })
}

/// Takes a document out of its collection.
pub(super) fn remove(desk: &mut Desk<'_>, path: &str, key: &Key) -> Result<(), Problem> {
    let removed = desk
        .store
        .bucket_mut(path)
        .and_then(|bucket| bucket.remove(key));
    removed.ok_or_else(|| Problem::new(404, format!("there is no {key} in {path}")))?;
    desk.store.files.remove(key);
    desk.note(Change::Deleted, path, key);
    Ok(())
}

pub(super) fn body_schema<'m>(call: &Call<'m>) -> Option<&'m str> {
    match &call.operation.body {
        Some(Body::Json { ty, .. }) => schema_name(ty),
        _ => None,
    }
}
