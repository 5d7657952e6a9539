//! Counts the differences of two documents by plain loops over the JSON. It does not share any code with the differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The counted differences, in the order of the notes.
pub(crate) const COUNTED: [&str; 19] = [
    "paths respelled",
    "operations added",
    "operations removed",
    "operationId changed",
    "operationId that now names another operation",
    "deprecation changed",
    "parameters",
    "parameters with another integer width",
    "bodies and responses",
    "schemas added",
    "schemas removed",
    "same properties under a new name",
    "fields added",
    "fields removed",
    "fields that changed type",
    "fields that became required",
    "fields that became optional",
    "fields whose enum changed",
    "fields with changed limits",
];

/// Returns the number of each kind of difference.
pub(crate) fn count(before: &Value, after: &Value) -> [usize; 19] {
    let mut n = [0; 19];
    let (a, b) = (operations(before), operations(after));
    for (key, (name, old)) in &a {
        let Some((new_name, new)) = b.get(key) else {
            n[2] += 1;
            continue;
        };
        n[0] += usize::from(name != new_name);
        n[3] += usize::from(old["operationId"] != new["operationId"]);
        n[5] += usize::from((old["deprecated"] == true) != (new["deprecated"] == true));
        parameters((name, old), (new_name, new), &mut n);
        bodies(old, new, &mut n);
    }
    n[1] = b.keys().filter(|key| !a.contains_key(*key)).count();
    for (key, (_, old)) in &a {
        let mut others = b
            .iter()
            .filter(|(_, (_, new))| new["operationId"] == old["operationId"]);
        n[4] += usize::from(others.next().is_some_and(|(other, _)| other != key));
    }
    schemas(before, after, &mut n);
    n
}

/// Returns the operations by method and path in lower case with empty braces, each with its name.
fn operations(document: &Value) -> BTreeMap<String, (String, &Value)> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut key = String::new();
            let mut depth = 0;
            for one in format!("{method} {path}").to_lowercase().chars() {
                depth -= i32::from(one == '}');
                if depth == 0 {
                    key.push(one);
                }
                depth += i32::from(one == '{');
            }
            let name = format!("{} {path}", method.to_uppercase());
            assert!(all.insert(key, (name, operation)).is_none());
        }
    }
    all
}

type Named<'a> = (&'a str, &'a Value);

fn parameters(old: Named<'_>, new: Named<'_>, n: &mut [usize; 19]) {
    let keyed = |(name, operation): Named<'_>| -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        for one in operation["parameters"].as_array().into_iter().flatten() {
            let key = match one["in"].as_str().unwrap() {
                "path" => {
                    let place = format!("{{{}}}", one["name"].as_str().unwrap());
                    format!(
                        "path {}",
                        name[..name.find(&place).unwrap()].matches('{').count()
                    )
                }
                location => format!("{location} {}", one["name"]),
            };
            all.insert(key, one.clone());
        }
        all
    };
    let (a, b) = (keyed(old), keyed(new));
    n[6] += b.keys().filter(|key| !a.contains_key(*key)).count();
    for (key, one) in &a {
        let Some(other) = b.get(key) else {
            n[6] += 1;
            continue;
        };
        let (old, new) = (ty(&one["schema"]), ty(&other["schema"]));
        let whole = ["integer", "integerint32", "integerint64"];
        if old == new {
            n[6] += usize::from(values(&one["schema"]) != values(&other["schema"]));
        } else if [&old, &new].iter().all(|one| whole.contains(&one.as_str())) {
            n[7] += 1;
        } else {
            n[6] += 1;
        }
        n[6] += usize::from((one["required"] == true) != (other["required"] == true));
    }
}

fn bodies(old: &Value, new: &Value, n: &mut [usize; 19]) {
    n[8] += usize::from(content(&old["requestBody"]) != content(&new["requestBody"]));
    let mut statuses = BTreeSet::new();
    for operation in [old, new] {
        statuses.extend(operation["responses"].as_object().unwrap().keys());
    }
    for status in statuses {
        let (one, other) = (&old["responses"][status], &new["responses"][status]);
        n[8] += usize::from(content(one) != content(other));
    }
}

/// Returns the media types with their schemas, or `None` for a missing body or response.
fn content(value: &Value) -> Option<Vec<String>> {
    value.as_object()?;
    let mut all = Vec::new();
    for (media, content) in value["content"].as_object().into_iter().flatten() {
        let schema = &content["schema"];
        let mut text = format!("{media} {}", ty(schema));
        for (name, part) in schema["properties"].as_object().into_iter().flatten() {
            text += &format!(", {name} {} {}", ty(part), is_required(schema, name));
        }
        all.push(text);
    }
    Some(all)
}

fn schemas(before: &Value, after: &Value, n: &mut [usize; 19]) {
    let of = |document: &Value| {
        document["components"]["schemas"]
            .as_object()
            .unwrap()
            .clone()
    };
    let (a, b) = (of(before), of(after));
    let properties = |schema: &Value| -> BTreeMap<String, Value> {
        let members = schema["properties"].as_object().into_iter().flatten();
        members
            .map(|(name, one)| (name.clone(), one.clone()))
            .collect()
    };
    n[9] = b.keys().filter(|name| !a.contains_key(*name)).count();
    n[10] = a.keys().filter(|name| !b.contains_key(*name)).count();
    for (old_name, old) in &a {
        for (new_name, new) in &b {
            let names = |schema| properties(schema).into_keys().collect::<Vec<_>>();
            let moved = !b.contains_key(old_name) && !a.contains_key(new_name);
            n[11] += usize::from(moved && names(old).len() > 1 && names(old) == names(new));
        }
        let Some(new) = b.get(old_name) else {
            continue;
        };
        let (one, other) = (properties(old), properties(new));
        n[12] += other.keys().filter(|name| !one.contains_key(*name)).count();
        n[13] += one.keys().filter(|name| !other.contains_key(*name)).count();
        for (name, one) in &one {
            let Some(other) = other.get(name) else {
                continue;
            };
            let same = ty(one) == ty(other);
            n[14] += usize::from(!same);
            n[17] += usize::from(same && values(one) != values(other));
            n[18] += usize::from(limits(one) != limits(other));
            match (is_required(old, name), is_required(new, name)) {
                (false, true) => n[15] += 1,
                (true, false) => n[16] += 1,
                _ => {}
            }
        }
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    let names = schema["required"].as_array();
    names.is_some_and(|names| names.iter().any(|one| one == name))
}

/// Returns everything that defines a type: reference or type, format, whether it is an enum, and its item type.
fn ty(schema: &Value) -> String {
    if let Some(parts) = schema["allOf"].as_array() {
        return ty(&parts[0]);
    }
    let mut text = String::new();
    for key in ["$ref", "type", "format"] {
        let value = schema[key].as_str().unwrap_or_default();
        let hidden = key == "format" && !schema["enum"].is_null();
        text += if hidden { "" } else { value };
    }
    text += if schema["enum"].is_null() { "" } else { "enum" };
    for key in ["items", "additionalProperties"] {
        match &schema[key] {
            Value::Null => {}
            Value::Bool(any) => text += &format!(" {key} {any}"),
            inner => text += &format!(" {key} {}", ty(inner)),
        }
    }
    text
}

fn values(schema: &Value) -> BTreeSet<String> {
    if schema["items"].is_object() {
        return values(&schema["items"]);
    }
    let values = schema["enum"].as_array().into_iter().flatten();
    values.map(ToString::to_string).collect()
}

fn limits(schema: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for key in [
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "x-scale",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
    ] {
        if !schema[key].is_null() && schema[key] != false {
            all.push(format!("{key} {}", schema[key]));
        }
    }
    all
}
