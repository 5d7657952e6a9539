//! The changes of the vendor's document, without overlays. They do not break programs by themselves.

mod content;
mod operations;
mod schemas;
mod types;

use serde_json::{Map, Value};

use super::change::{Change, Level, Subject};
use super::kind::Kind;
use crate::specification::METHODS;

/// Returns the differences of two documents.
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
    /// The path item, which has the parameters of all its operations.
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

    /// Returns the parameters, with references resolved.
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

/// Returns the target of a reference, or the value itself. A broken reference is returned as it is; loading the document
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

fn change(kind: Kind, subject: Subject, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Document, kind, subject, before, after)
}
