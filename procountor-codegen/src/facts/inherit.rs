//! Facts that the vendor states only in sentences. The vendor's documents do not have the `x-` keys for them: two-factor
//! operations are recognized by their responses, and the other facts are inherited from a version in which a person has
//! added them.

use serde_json::Value;

use super::json::{Json, unescaped};
use crate::diagnostic::child;
use crate::specification::visit_objects;

/// The keys of all facts that this project adds to documents.
pub(super) const FACTS: [&str; 7] = [
    TWO_FACTOR,
    "x-max-ids",
    "x-scale",
    "x-market",
    REMOVAL,
    "x-response-media-type",
    "x-inferred-integer",
];

const TWO_FACTOR: &str = "x-two-factor";
const REMOVAL: &str = "x-deprecated-removal";

/// The keys of inherited facts. `style` and `explode` are keys of OpenAPI, but the vendor states them in sentences too.
const INHERITED: [&str; 7] = [
    "x-max-ids",
    "x-scale",
    "x-market",
    REMOVAL,
    "x-response-media-type",
    "style",
    "explode",
];

/// The members of a path item that OpenAPI defines as operations.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A fact that was inherited, or that could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InheritedFact {
    /// The key.
    pub fact: String,
    /// The JSON pointer of its object; in the old document, if the fact was lost.
    pub pointer: String,
    /// The value.
    pub value: Value,
    /// The reason, if the fact could not be inherited.
    pub lost: Option<&'static str>,
}

/// Returns whether a document has any fact of this project.
pub fn has_facts(document: &Value) -> bool {
    let mut found = false;
    visit_objects(document, &mut |_, object| {
        found |= object.keys().any(|key| FACTS.contains(&key.as_str()));
    });
    found
}

/// Returns the operations of a document, as `METHOD /path`.
pub fn operations(document: &Json) -> Vec<String> {
    each_operation(document)
        .map(|(path, method, _)| format!("{} {path}", method.to_uppercase()))
        .collect()
}

pub(super) fn each_operation(document: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    let paths = document.get("paths").into_iter().flat_map(Json::members);
    paths.flat_map(|(path, item)| {
        let methods = item
            .members()
            .filter(|(method, _)| METHODS.contains(&method.as_str()));
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Marks the operations that a person must confirm, and returns their number. They respond with 202 and a transaction
/// identifier.
pub fn mark_two_factor(document: &mut Json) -> usize {
    let found: Vec<(String, String)> = each_operation(document)
        .filter(|(_, _, operation)| returns_transaction(document, operation))
        .map(|(path, method, _)| (path.to_owned(), method.to_owned()))
        .collect();
    for (path, method) in &found {
        let item = document
            .get_mut("paths")
            .and_then(|paths| paths.get_mut(path));
        if let Some(Json::Object(operation)) = item.and_then(|item| item.get_mut(method)) {
            operation.insert(TWO_FACTOR.to_owned(), Json::Other("true".to_owned()));
        }
    }
    found.len()
}

fn returns_transaction(document: &Json, operation: &Json) -> bool {
    let Some(mut response) = operation.at(&["responses", "202"]) else {
        return false;
    };
    if let Some(name) =
        reference(response).and_then(|to| to.strip_prefix("#/components/responses/"))
        && let Some(target) = document.at(&["components", "responses", name])
    {
        response = target;
    }
    let schemas = response.get("content").into_iter().flat_map(Json::members);
    let mut schemas = schemas.filter_map(|(_, media)| media.get("schema"));
    schemas.any(|schema| {
        let parts = schema
            .get("allOf")
            .and_then(Json::as_array)
            .unwrap_or_default();
        let mut all = parts.iter().chain([schema]);
        all.any(|one| reference(one) == Some("#/components/schemas/TransactionIdentifier"))
    })
}

fn reference(value: &Json) -> Option<&str> {
    value.get("$ref")?.as_text()
}

/// Inherits facts from another version, for operations, parameters and properties that still have the same type. Returns
/// all facts of that version, including those that were lost.
pub fn inherit(document: &mut Json, from: &Value) -> Vec<InheritedFact> {
    let mut all = Vec::new();
    visit_objects(from, &mut |pointer, object| {
        let facts: Vec<&str> = INHERITED
            .into_iter()
            .filter(|fact| object.contains_key(*fact))
            // Media types have a `style` too; only parameters have `in`.
            .filter(|fact| fact.starts_with("x-") || object.contains_key("in"))
            .collect();
        if facts.is_empty() {
            return;
        }
        let old = Json::from(&Value::Object(object.clone()));
        let target = find(document, from, pointer);
        let new = target
            .as_deref()
            .and_then(|target| document.pointer(target));
        let verdict = match new {
            None => Some("it was removed"),
            Some(new) if type_of(new) != type_of(&old) => Some("its type changed"),
            Some(_) => None,
        };
        let has = |key| new.is_some_and(|new| new.get(key).is_some());
        // A document that states the style of a list does not inherit it.
        let states_lists = has("style") || has("explode");
        let yes = Json::Other("true".to_owned());
        let deprecated = new.is_some_and(|new| new.get("deprecated") == Some(&yes));
        for fact in facts
            .into_iter()
            .filter(|fact| fact.starts_with("x-") || !states_lists)
        {
            let removed = (fact == REMOVAL && !deprecated).then_some("it is not deprecated");
            let lost = verdict.or(removed);
            let target = target.as_deref().filter(|_| lost.is_none());
            if let Some(Json::Object(members)) =
                target.and_then(|target| document.pointer_mut(target))
            {
                members.insert(fact.to_owned(), Json::from(&object[fact]));
            }
            all.push(InheritedFact {
                fact: fact.to_owned(),
                pointer: target.unwrap_or(pointer).to_owned(),
                value: object[fact].clone(),
                lost,
            });
        }
    });
    all
}

/// Returns the pointer in the new document for a pointer in the old one. Parameters are found by name.
fn find(document: &Json, from: &Value, pointer: &str) -> Option<String> {
    let (mut found, mut old) = (String::new(), String::new());
    let mut value = document;
    let mut parent = "";
    for segment in pointer.split('/').skip(1) {
        old = format!("{old}/{segment}");
        let key = unescaped(segment);
        let in_old = segment;
        let (next, segment) = match value {
            Json::Array(items) if parent == "parameters" => {
                let wanted = Json::from(from.pointer(&old)?);
                let same = |item: &&Json| {
                    ["in", "name"]
                        .iter()
                        .all(|key| item.get(key) == wanted.get(key))
                };
                let index = items.iter().position(|item| same(&item))?;
                (items.get(index)?, index.to_string())
            }
            Json::Array(items) => (items.get(key.parse::<usize>().ok()?)?, key),
            Json::Object(members) => (members.get(&key)?, key),
            _ => return None,
        };
        found = child(&found, segment);
        parent = in_old;
        value = next;
    }
    Some(found)
}

/// Returns the type of a parameter or schema and of its items. For an operation, nothing is set.
fn type_of(value: &Json) -> [Option<&Json>; 4] {
    let schema = value.get("schema").unwrap_or(value);
    let items = schema.get("items");
    let of_items = |key| items.and_then(|items| items.get(key));
    [
        schema.get("type"),
        schema.get("$ref"),
        of_items("type"),
        of_items("$ref"),
    ]
}
