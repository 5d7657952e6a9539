//! Typed ids. The API's naming rule is that `<resource>Id` refers to a resource, and a path parameter of that name proves
//! that the resource exists. The overlay's `x-rust-id` names the ids that do not follow the rule, and `x-rust-id: false`
//! marks the values that only look like ids.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names;
use crate::diagnostic::Diagnostics;
use crate::model::Id;
use crate::specification::visit_objects;

/// The ids of a document: the name, and whether the id is text.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, bool>);

impl Ids {
    /// Finds the ids that the overlay names and those that path parameters prove.
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
                        "`x-rust-id` is not a name",
                        "use the name of an id, or `false`",
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
                    let message = format!("`{name}` is neither text nor an integer");
                    diagnostics.at(file, pointer, message, "remove `x-rust-id`");
                    return;
                }
            };
            if *ids.0.entry(name.clone()).or_insert(text) != text {
                let message = format!("`{name}` is text here and an integer elsewhere");
                diagnostics.at(
                    file,
                    pointer,
                    message,
                    "use another `x-rust-id` for one of them",
                );
            }
        });
        ids
    }

    /// Returns the id that an integer of this name holds by the naming rule.
    pub(super) fn by_rule(&self, wire: &str) -> Option<String> {
        let name = names::ty(wire);
        (wire.ends_with("Id") && self.0.get(&name) == Some(&false)).then_some(name)
    }

    /// Returns all ids, sorted by name.
    pub(super) fn to_list(&self) -> Vec<Id> {
        let ids = self.0.iter().map(|(name, text)| Id {
            name: name.clone(),
            text: *text,
            doc: None,
        });
        ids.collect()
    }
}

/// Returns the id that a path parameter proves, with its schema: an integer named after a resource.
fn proven(object: &Map<String, Value>) -> Option<(String, &Map<String, Value>)> {
    let name = object.get("name")?.as_str()?;
    let schema = object.get("schema")?.as_object()?;
    let proves = object.get("in")? == "path"
        && name.ends_with("Id")
        && schema.get("type")? == "integer"
        && !schema.contains_key("x-rust-id");
    proves.then(|| (names::ty(name), schema))
}
