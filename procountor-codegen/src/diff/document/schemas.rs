//! Schemas in the document: added, removed and renamed ones, and their properties.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::types::{Declared, Kinds, differences, name};
use super::{change, list, object};
use crate::diff::change::{Change, Subject};
use crate::diff::kind::Kind;

const FIELD: Kinds = Kinds {
    ty: Kind::FieldType,
    width: Kind::FieldType,
    values: Kind::FieldEnum,
    limits: Kind::FieldLimits,
    default: Kind::FieldDefault,
    required: Kind::FieldRequired,
    optional: Kind::FieldOptional,
};

/// The number of equal properties from which a schema counts as renamed. One is often a coincidence.
const MIN_EQUAL_PROPERTIES: usize = 2;

pub(super) fn compare(before: &Value, after: &Value, changes: &mut Vec<Change>) {
    let nothing = Map::new();
    let of = |document| schemas(document).unwrap_or(&nothing);
    let (old, new) = (of(before), of(after));
    let missing = |of: &Map<String, Value>, from: &Map<String, Value>| -> Vec<String> {
        of.keys()
            .filter(|name| !from.contains_key(*name))
            .cloned()
            .collect()
    };
    let (removed, added) = (missing(old, new), missing(new, old));
    for name in &removed {
        changes.push(change(
            Kind::SchemaRemoved,
            Subject::whole(name),
            None,
            None,
        ));
        let before = properties(&old[name]);
        let same = |other: &&String| {
            before.len() >= MIN_EQUAL_PROPERTIES && properties(&new[*other]) == before
        };
        for other in added.iter().filter(same) {
            changes.push(change(
                Kind::SchemaRenamed,
                Subject::whole(other),
                Some(name.clone()),
                Some(other.clone()),
            ));
        }
    }
    for name in &added {
        changes.push(change(Kind::SchemaAdded, Subject::whole(name), None, None));
    }
    for (name, schema) in old {
        if let Some(other) = new.get(name) {
            itself(name, schema, other, changes);
            fields(name, schema, other, changes);
        }
    }
}

fn schemas(document: &Value) -> Option<&Map<String, Value>> {
    document.pointer("/components/schemas")?.as_object()
}

/// Compares everything but the properties: type, values, limits.
fn itself(schema: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    let declared = |schema| Declared {
        schema,
        required: false,
        beside: None,
    };
    for (_, before, after) in differences(&declared(before), &declared(after), &FIELD) {
        changes.push(change(
            Kind::SchemaChanged,
            Subject::whole(schema),
            before,
            after,
        ));
    }
}

fn properties(schema: &Value) -> BTreeSet<&str> {
    object(schema, "properties")
        .map(|(name, _)| name.as_str())
        .collect()
}

fn fields(schema: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    for (field, value) in object(before, "properties") {
        let subject = Subject::field(schema, field);
        let one = declared(before, field, value);
        match property(after, field) {
            None => changes.push(change(
                Kind::FieldRemoved,
                subject,
                Some(summary(&one)),
                None,
            )),
            Some(value) => {
                let other = declared(after, field, value);
                let differences = differences(&one, &other, &FIELD);
                changes.extend(
                    differences
                        .into_iter()
                        .map(|(kind, before, after)| change(kind, subject.clone(), before, after)),
                );
            }
        }
    }
    for (field, value) in object(after, "properties") {
        if property(before, field).is_none() {
            let other = declared(after, field, value);
            let subject = Subject::field(schema, field);
            changes.push(change(
                Kind::FieldAdded,
                subject,
                None,
                Some(summary(&other)),
            ));
        }
    }
}

fn property<'a>(schema: &'a Value, field: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(field)
}

fn declared<'a>(schema: &'a Value, field: &str, value: &'a Value) -> Declared<'a> {
    Declared {
        schema: value,
        required: list(schema, "required").any(|name| name == field),
        beside: None,
    }
}

/// Returns type and requirement: `string, required`.
fn summary(field: &Declared<'_>) -> String {
    let required = if field.required { ", required" } else { "" };
    format!("{}{required}", name(field.schema))
}
