//! Typed ids. The API states the rule itself: `<resource>Id` refers to a resource. A path parameter of that name is the
//! proof that there is such a resource; the overlay's `x-rust-id` names the ids that the rule cannot see, and
//! `x-rust-id: false` takes back where the rule is wrong.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names;
use crate::diagnostic::Diagnostics;
use crate::document::visit_objects;
use crate::model::Id;

/// The ids of a document: the name, and whether it is text.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, bool>);

impl Ids {
    /// Finds what the overlay names and what path parameters prove.
    pub(super) fn collect(document: &Value, file: &str, diagnostics: &mut Diagnostics) -> Self {
        let mut ids = Self::default();
        visit_objects(document, &mut |pointer, object| {
            let (name, schema) = match object.get("x-rust-id") {
                Some(Value::String(name)) => (name.clone(), object),
                Some(Value::Bool(false)) => return,
                Some(_) => {
                    diagnostics.at(
                        file,
                        pointer,
                        "`x-rust-id` is no name",
                        "write the name of an id, or `false`",
                    );
                    return;
                }
                None => match proven(object) {
                    Some((name, schema)) => (name, schema),
                    None => return,
                },
            };
            let text = match schema.get("type").and_then(Value::as_str) {
                Some("integer") => false,
                Some("string") => true,
                _ => {
                    let message = format!("`{name}` is neither text nor a whole number");
                    diagnostics.at(file, pointer, message, "remove `x-rust-id`");
                    return;
                }
            };
            if *ids.0.entry(name.clone()).or_insert(text) != text {
                let message = format!("`{name}` is text here and a number elsewhere");
                diagnostics.at(
                    file,
                    pointer,
                    message,
                    "give one of them another `x-rust-id`",
                );
            }
        });
        ids
    }

    /// The id that an integer of this name holds.
    pub(super) fn by_rule(&self, wire: &str) -> Option<String> {
        let name = names::ty(wire);
        (wire.ends_with("Id") && self.0.get(&name) == Some(&false)).then_some(name)
    }

    /// All of them.
    pub(super) fn finish(self) -> Vec<Id> {
        self.0
            .into_iter()
            .map(|(name, text)| Id {
                name,
                text,
                doc: None,
            })
            .collect()
    }
}

/// The id that a path parameter proves: a whole number whose name says what it refers to.
fn proven(object: &Map<String, Value>) -> Option<(String, &Map<String, Value>)> {
    let name = object.get("name")?.as_str()?;
    let schema = object.get("schema")?.as_object()?;
    let proves = object.get("in")? == "path"
        && name.ends_with("Id")
        && schema.get("type")? == "integer"
        && !schema.contains_key("x-rust-id");
    proves.then(|| (names::ty(name), schema))
}
