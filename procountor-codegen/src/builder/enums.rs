//! Enums. The vendor repeats a list of values wherever it is used; equal lists become one enum. Its name is the overlay's
//! `x-rust-enum`; otherwise the name of the property, if it is the same everywhere, clear, and free; otherwise the name of
//! the schema or operation that has it first, followed by the name of the property.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::names::{self, TakenNames};
use super::types::Context;
use crate::diagnostic::Diagnostics;
use crate::model::{Enum, EnumValue, Type};

/// Properties whose name is not clear without its schema.
const VAGUE: [&str; 5] = ["Action", "Category", "Format", "Status", "Type"];

/// All lists of values that the document has.
#[derive(Debug, Default)]
pub(super) struct Enums(IndexMap<BTreeSet<String>, Entry>);

#[derive(Debug, Default)]
struct Entry {
    values: Vec<String>,
    pointer: String,
    /// The names from overlays. More than one is an error.
    given: BTreeSet<String>,
    /// The names of variants from overlays.
    variants: BTreeMap<String, String>,
    /// The names of the properties that have the list.
    properties: BTreeSet<String>,
    /// The name of the first schema or operation, followed by the name of its property.
    fallback: String,
    /// The final name; empty until all places are known.
    name: String,
}

impl Enums {
    /// Returns the type of a list of values, and records the place that uses it. The type has no name before
    /// [`Enums::assign_names`] was called.
    pub(super) fn intern(
        &mut self,
        values: Vec<String>,
        context: &Context,
        extensions: &IndexMap<String, Value>,
    ) -> Type {
        let property = names::ty(context.name);
        let key = values.iter().cloned().collect();
        let entry = self.0.entry(key).or_insert_with(|| Entry {
            values,
            pointer: context.pointer.clone(),
            fallback: format!("{}{property}", context.owner),
            ..Entry::default()
        });
        entry.properties.insert(property);
        let given = extensions.get("x-rust-enum").and_then(Value::as_str);
        entry.given.extend(given.map(str::to_owned));
        let variants = extensions.get("x-rust-variants").and_then(Value::as_object);
        for (wire, name) in variants.into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            entry.variants.insert(wire.clone(), name.to_owned());
        }
        Type::Enum(entry.name.clone())
    }

    /// Names all enums. `taken` are the names of other types.
    pub(super) fn assign_names(&mut self, taken: &TakenNames) {
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for name in self.0.values().filter_map(Entry::preferred) {
            *wanted.entry(name.clone()).or_default() += 1;
        }
        for entry in self.0.values_mut() {
            let free = |name: &&String| wanted.get(*name) == Some(&1) && !taken.contains(name);
            let given = entry.given.first();
            let name = given.or_else(|| entry.preferred().filter(free));
            entry.name = name.unwrap_or(&entry.fallback).clone();
        }
    }

    /// Returns the enums in the order of the document.
    pub(super) fn finish(self, file: &str, diagnostics: &mut Diagnostics) -> Vec<Enum> {
        let enums = self.0.into_values().map(|entry| {
            if entry.given.len() > 1 {
                let names: Vec<_> = entry.given.iter().map(String::as_str).collect();
                let message = format!("one list of values has several names: {}", names.join(", "));
                let help = "use one `x-rust-enum` for all of them";
                diagnostics.at(file, &entry.pointer, message, help);
            }
            let values = entry.values(file, diagnostics);
            Enum {
                name: entry.name,
                doc: None,
                values,
                group: None,
            }
        });
        enums.collect()
    }
}

impl Entry {
    /// Returns the name that all places agree on.
    fn preferred(&self) -> Option<&String> {
        let shared = self.properties.first();
        let shared = shared.filter(|_| self.properties.len() == 1);
        let clear = shared.filter(|name| !VAGUE.contains(&name.as_str()));
        self.given.first().or(clear)
    }

    fn values(&self, file: &str, diagnostics: &mut Diagnostics) -> Vec<EnumValue> {
        let mut values: Vec<EnumValue> = Vec::new();
        for wire in &self.values {
            let given = self.variants.get(wire).cloned();
            let rust = given.unwrap_or_else(|| names::variant(wire));
            if let Some(same) = values.iter().find(|value| value.rust == rust) {
                let message = format!(
                    "the values `{}` and `{wire}` are both `{rust}` in Rust",
                    same.wire
                );
                let help = "name one of them in `x-rust-variants`";
                diagnostics.at(file, &self.pointer, message, help);
            } else if !names::is_type_name(&rust) {
                let message = format!("the value `{wire}` does not give a valid name in Rust");
                diagnostics.at(file, &self.pointer, message, "name it in `x-rust-variants`");
            }
            values.push(EnumValue {
                wire: wire.clone(),
                rust,
            });
        }
        for wire in self.variants.keys() {
            if !self.values.contains(wire) {
                let message =
                    format!("`x-rust-variants` names `{wire}`, which is not a value of this enum");
                diagnostics.at(file, &self.pointer, message, "remove the name");
            }
        }
        values
    }
}
