//! Facts that the vendor writes in sentences only. A document that comes straight from the vendor has none of our `x-`
//! facts: one follows from the answers, the others are carried over from a version whose sentences somebody has read.

use serde_json::Value;

use super::json::{Json, unescaped};
use crate::diagnostic::child;
use crate::document::visit_objects;

/// Every fact of ours that a document may carry.
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

/// What is carried over. How a list is written in a query is OpenAPI's, but the vendor says it in sentences too.
const CARRIED: [&str; 7] = [
    "x-max-ids",
    "x-scale",
    "x-market",
    REMOVAL,
    "x-response-media-type",
    "style",
    "explode",
];

/// The members of a path that are operations.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A fact that was carried over, or could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The key.
    pub fact: String,
    /// The JSON pointer of what it is about; in the old document, when it was not carried.
    pub place: String,
    /// What it says.
    pub value: Value,
    /// Why it was not carried, if it was not.
    pub lost: Option<&'static str>,
}

/// Whether a document carries any fact of ours.
pub fn has_facts(document: &Value) -> bool {
    let mut found = false;
    visit_objects(document, &mut |_, object| {
        found |= object.keys().any(|key| FACTS.contains(&key.as_str()));
    });
    found
}

/// The operations of a document, as `METHOD /path`.
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

/// Marks the operations that answer 202 with a transaction identifier: a person must confirm what they start. How
/// many were marked.
pub fn mark_two_factor(document: &mut Json) -> usize {
    let found: Vec<(String, String)> = each_operation(document)
        .filter(|(_, _, operation)| answers_transaction(document, operation))
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

fn answers_transaction(document: &Json, operation: &Json) -> bool {
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

/// Carries the facts of sentences over from another version: to operations, parameters and properties that are still
/// there with the same type. All of them are told, those that found no place too.
pub fn carry(document: &mut Json, from: &Value) -> Vec<Carried> {
    let mut all = Vec::new();
    visit_objects(from, &mut |pointer, object| {
        let facts: Vec<&str> = CARRIED
            .into_iter()
            .filter(|fact| object.contains_key(*fact))
            // A style of a media type's encoding is not a parameter's.
            .filter(|fact| fact.starts_with("x-") || object.contains_key("in"))
            .collect();
        if facts.is_empty() {
            return;
        }
        let old = Json::from(&Value::Object(object.clone()));
        let place = find(document, from, pointer);
        let new = place.as_deref().and_then(|place| document.pointer(place));
        let verdict = match new {
            None => Some("it is not there any more"),
            Some(new) if type_of(new) != type_of(&old) => Some("its type is another one now"),
            Some(_) => None,
        };
        let has = |key| new.is_some_and(|new| new.get(key).is_some());
        // Then the new document says itself how the list is written.
        let states_lists = has("style") || has("explode");
        let yes = Json::Other("true".to_owned());
        let deprecated = new.is_some_and(|new| new.get("deprecated") == Some(&yes));
        for fact in facts
            .into_iter()
            .filter(|fact| fact.starts_with("x-") || !states_lists)
        {
            let removed = (fact == REMOVAL && !deprecated).then_some("it is not deprecated");
            let lost = verdict.or(removed);
            let target = place.as_deref().filter(|_| lost.is_none());
            if let Some(Json::Object(members)) =
                target.and_then(|place| document.pointer_mut(place))
            {
                members.insert(fact.to_owned(), Json::from(&object[fact]));
            }
            all.push(Carried {
                fact: fact.to_owned(),
                place: target.unwrap_or(pointer).to_owned(),
                value: object[fact].clone(),
                lost,
            });
        }
    });
    all
}

/// Where something of the old document stands in the new one. Parameters are found by name, everything else by place.
fn find(document: &Json, from: &Value, pointer: &str) -> Option<String> {
    let (mut place, mut old) = (String::new(), String::new());
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
        place = child(&place, segment);
        parent = in_old;
        value = next;
    }
    Some(place)
}

/// The type of a parameter or of a schema, and of its items. An operation has none.
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
