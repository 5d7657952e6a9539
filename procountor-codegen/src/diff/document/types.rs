//! Types, values and limits, as the document declares them.

use serde_json::Value;

use super::{Kind, list, text};
use crate::specification::plain;

/// The keywords of limits. `x-max-ids` is a key of the parameter, not of its schema.
const LIMITS: [&str; 13] = [
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "x-scale",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "x-max-ids",
];

/// Returns the name of a type: `string/date`, `[integer]`, `enum<string>`, `map<any>`, or the name of a schema.
pub(super) fn name(schema: &Value) -> String {
    if let Some(reference) = text(schema, "$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    for (key, glue) in [("allOf", " & "), ("oneOf", " | "), ("anyOf", " | ")] {
        if schema.get(key).is_some() {
            return list(schema, key).map(name).collect::<Vec<_>>().join(glue);
        }
    }
    let Some(kind) = text(schema, "type") else {
        return "any".to_owned();
    };
    if kind == "array" {
        return format!("[{}]", schema.get("items").map_or("any".to_owned(), name));
    }
    if kind == "object" {
        return match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => "map<any>".to_owned(),
            Some(values @ Value::Object(_)) => format!("map<{}>", name(values)),
            _ => "object".to_owned(),
        };
    }
    if schema.get("enum").is_some() {
        return format!("enum<{kind}>");
    }
    match text(schema, "format") {
        Some(format) => format!("{kind}/{format}"),
        None => kind.to_owned(),
    }
}

/// Returns whether both types are integers, so that they differ only in width.
pub(super) fn differ_in_width(before: &str, after: &str) -> bool {
    let whole = |name: &str| matches!(name, "integer" | "integer/int32" | "integer/int64");
    whole(before) && whole(after)
}

/// Returns the removed and the added values.
pub(super) fn values(before: &Value, after: &Value) -> (Vec<String>, Vec<String>) {
    let (before, after) = (enumeration(before), enumeration(after));
    let missing = |of: &[String], from: &[String]| -> Vec<String> {
        of.iter()
            .filter(|value| !from.contains(value))
            .cloned()
            .collect()
    };
    (missing(&before, &after), missing(&after, &before))
}

fn enumeration(schema: &Value) -> Vec<String> {
    match schema.get("items") {
        Some(items) => enumeration(items),
        None => list(schema, "enum").map(plain).collect(),
    }
}

/// Returns the limits: `maxLength 70, minLength 1`. A keyword with the value `false` is not a limit.
pub(super) fn limits(schema: &Value) -> String {
    let stated = LIMITS.into_iter().filter_map(|key| match schema.get(key)? {
        Value::Bool(false) => None,
        Value::Bool(true) => Some(key.to_owned()),
        value => Some(format!("{key} {}", plain(value))),
    });
    stated.collect::<Vec<_>>().join(", ")
}

/// The kinds of changes in a declaration, for parameters or for fields.
pub(super) struct Kinds {
    pub(super) ty: Kind,
    pub(super) width: Kind,
    pub(super) values: Kind,
    pub(super) limits: Kind,
    pub(super) default: Kind,
    pub(super) required: Kind,
    pub(super) optional: Kind,
}

/// A declaration: its schema, and whether it is required.
pub(super) struct Declared<'a> {
    pub(super) schema: &'a Value,
    pub(super) required: bool,
    /// An object with more limits, beside the schema.
    pub(super) beside: Option<&'a Value>,
}

/// Returns the differences, each with its old and new value.
pub(super) fn differences(
    before: &Declared<'_>,
    after: &Declared<'_>,
    kinds: &Kinds,
) -> Vec<(Kind, Option<String>, Option<String>)> {
    let mut found = Vec::new();
    let (old, new) = (name(before.schema), name(after.schema));
    if old == new {
        let (removed, added) = values(before.schema, after.schema);
        if !(removed.is_empty() && added.is_empty()) {
            let joined = |values: Vec<String>| (!values.is_empty()).then(|| values.join(", "));
            found.push((kinds.values, joined(removed), joined(added)));
        }
    } else {
        let kind = if differ_in_width(&old, &new) {
            kinds.width
        } else {
            kinds.ty
        };
        found.push((kind, Some(old), Some(new)));
    }
    if before.required != after.required {
        let kind = if after.required {
            kinds.required
        } else {
            kinds.optional
        };
        found.push((kind, None, None));
    }
    let both = |one: &Declared<'_>| {
        let texts = [
            limits(one.schema),
            one.beside.map(limits).unwrap_or_default(),
        ];
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        Some(texts.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let default = |one: &Declared<'_>| one.schema.get("default").map(plain);
    for (kind, old, new) in [
        (kinds.limits, both(before), both(after)),
        (kinds.default, default(before), default(after)),
    ] {
        if old != new {
            found.push((kind, old, new));
        }
    }
    found
}
