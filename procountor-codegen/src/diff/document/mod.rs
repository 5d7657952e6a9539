//! What the vendor's document says, before our overlay: names, declared answers, properties. Nothing here breaks anybody
//! by itself.

mod content;
mod operations;
mod schemas;
mod types;

use serde_json::{Map, Value};

use super::change::{Change, Level, Place};
use super::kind::Kind;

/// The members of a path that are operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the documents say differently.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    operations::compare(before, after, &mut changes);
    schemas::compare(before, after, &mut changes);
    changes
}

/// An operation of a document.
struct Operation<'a> {
    document: &'a Value,
    /// `GET /invoices/{invoiceId}`
    name: String,
    path: &'a str,
    value: &'a Value,
    /// The path's own members, for the parameters that all its operations have.
    item: &'a Map<String, Value>,
}

impl<'a> Operation<'a> {
    fn all(document: &'a Value) -> Vec<Self> {
        let paths = document.get("paths").and_then(Value::as_object);
        let items = paths
            .into_iter()
            .flatten()
            .filter_map(|(path, item)| Some((path, item.as_object()?)));
        items
            .flat_map(|(path, item)| {
                let methods = item
                    .iter()
                    .filter(|(method, _)| METHODS.contains(&method.as_str()));
                methods.map(move |(method, value)| Self {
                    document,
                    name: format!("{} {path}", method.to_uppercase()),
                    path,
                    value,
                    item,
                })
            })
            .collect()
    }

    fn id(&self) -> &'a str {
        self.value
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Its parameters, references followed.
    fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        let own = list(self.value, "parameters").map(|one| resolved(self.document, one));
        let shared = self.item.get("parameters").and_then(Value::as_array);
        let shared = shared
            .into_iter()
            .flatten()
            .map(|one| resolved(self.document, one));
        own.chain(shared)
    }
}

/// What a reference leads to, or the value itself. A reference that leads nowhere stays what it is; loading the document
/// reports it.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str);
    reference
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn object<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn change(kind: Kind, place: Place, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Document, kind, place, before, after)
}
