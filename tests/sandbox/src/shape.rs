//! Converts documents to the shape of a schema.

use procountor_codegen::model::{Constraints, Field, Type};

use crate::check::value::is_valid;
use crate::generate;
use crate::json::Json;
use crate::model::Model;

/// Fields of rows that have another path in the full document: schema, field, path.
const DERIVED: &[(&str, &str, &str)] = &[
    ("InvoiceBasicInfo", "dueDate", "paymentInfo.dueDate"),
    ("InvoiceBasicInfo", "newDueDate", "paymentInfo.newDueDate"),
    ("Document", "attachmentId", "id"),
    ("PaymentRowInfo", "paymentId", "id"),
];

/// Returns the part of a document that a schema defines.
pub(crate) fn project(model: &Model, schema: &str, document: &Json) -> Json {
    let Some(schema) = model.schema(schema) else {
        return document.clone();
    };
    let mut members = Vec::with_capacity(schema.fields.len());
    for field in &schema.fields {
        let derived = DERIVED
            .iter()
            .find(|(name, wire, _)| *name == schema.name && *wire == field.wire);
        let value = document
            .get(&field.wire)
            .or_else(|| document.at(derived?.2));
        if let Some(value) = value {
            members.push((
                field.wire.clone(),
                project_value(model, field, &field.ty, value),
            ));
        }
    }
    Json::Object(members)
}

fn project_value(model: &Model, field: &Field, ty: &Type, value: &Json) -> Json {
    match (ty, value) {
        (Type::Schema(name), Json::Object(_)) => project(model, name, value),
        (Type::List(item), Json::List(items)) => items
            .iter()
            .map(|value| project_value(model, field, item, value))
            .collect::<Vec<_>>()
            .into(),
        (Type::Json | Type::Map(_), _) => value.clone(),
        // A row can have another type for the same field, such as a list of ids instead of a list of objects.
        (Type::Schema(_) | Type::List(_), _) | (_, Json::Object(_) | Json::List(_)) => {
            generate::value(model, ty, &field.constraints, &field.wire, 0)
        }
        _ => value.clone(),
    }
}

/// Makes a document of any version valid for this one: replaces values that the model does not accept, and adds
/// required fields. Unknown top-level members are kept, because rows can need them.
pub(crate) fn fit(model: &Model, schema: &str, document: Json) -> Json {
    fit_object(model, schema, document, true)
}

fn fit_object(model: &Model, schema: &str, document: Json, keep_unknown: bool) -> Json {
    let (Some(schema), Json::Object(members)) = (model.schema(schema), document) else {
        return Json::Null;
    };
    let mut fitted = Vec::with_capacity(members.len());
    for (name, value) in members {
        match schema.fields.iter().find(|field| field.wire == name) {
            Some(field) => fitted.push((
                name,
                fit_value(model, &field.ty, &field.constraints, value, &field.wire),
            )),
            None if keep_unknown => fitted.push((name, value)),
            None => {}
        }
    }
    for field in schema.fields.iter().filter(|field| field.required) {
        if !fitted.iter().any(|(name, _)| *name == field.wire) {
            fitted.push((field.wire.clone(), generate::field(model, field, 0)));
        }
    }
    Json::Object(fitted)
}

fn fit_value(model: &Model, ty: &Type, rule: &Constraints, value: Json, name: &str) -> Json {
    match (ty, value) {
        (Type::Schema(schema), value @ Json::Object(_)) => fit_object(model, schema, value, false),
        (Type::List(item), Json::List(items)) => items
            .into_iter()
            .map(|value| fit_value(model, item, rule, value, name))
            .collect::<Vec<_>>()
            .into(),
        (Type::Schema(_) | Type::List(_), _) => generate::value(model, ty, rule, name, 0),
        (_, value) if is_valid(model, ty, rule, &value) => value,
        _ => generate::value(model, ty, rule, name, 0),
    }
}

/// Applies a PATCH to a document: a null removes, objects merge, other values replace.
pub(crate) fn merged(stored: &Json, change: &Json) -> Json {
    let mut document = stored.clone();
    for (name, value) in change.members() {
        match (value, stored.get(name)) {
            (Json::Null, _) => document.remove(name),
            (Json::Object(_), Some(before @ Json::Object(_))) => {
                document.set(name, merged(before, value))
            }
            _ => document.set(name, value.clone().without_nulls()),
        }
    }
    document
}
