//! Enums. The vendor repeats a list in every place that uses it; equal lists are one enum. Its name is the overlay's
//! `x-rust-enum`, else the name of the property where all places share it and nobody else wants it, else the schema's or
//! operation's name and the property's.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::names::{self, Taken};
use super::types::Place;
use crate::diagnostic::Diagnostics;
use crate::model::{Enum, EnumValue, Type};

/// Properties that say nothing without what they belong to.
const VAGUE: [&str; 5] = ["Action", "Category", "Format", "Status", "Type"];

/// All lists met so far.
#[derive(Debug, Default)]
pub(super) struct Enums(IndexMap<BTreeSet<String>, Entry>);

#[derive(Debug, Default)]
struct Entry {
    values: Vec<String>,
    pointer: String,
    /// The overlay's names; more than one is a mistake.
    given: BTreeSet<String>,
    /// The overlay's names of variants.
    variants: BTreeMap<String, String>,
    /// The name that each place would give alone.
    properties: BTreeSet<String>,
    /// The name that the first place gives without a doubt.
    first: String,
}

impl Enums {
    /// The type of a list. Its name is the list's number until all places are known.
    pub(super) fn intern(
        &mut self,
        values: Vec<String>,
        place: &Place,
        extensions: &IndexMap<String, Value>,
    ) -> Type {
        let key = values.iter().cloned().collect();
        let slot = self.0.entry(key);
        let index = slot.index();
        let property = names::ty(place.name);
        let entry = slot.or_insert_with(|| Entry {
            values,
            pointer: place.pointer.clone(),
            first: format!("{}{property}", place.owner),
            ..Entry::default()
        });
        entry.properties.insert(property);
        entry.given.extend(
            extensions
                .get("x-rust-enum")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        for (wire, name) in extensions
            .get("x-rust-variants")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            entry
                .variants
                .insert(wire.clone(), name.as_str().unwrap_or_default().to_owned());
        }
        Type::Enum(index.to_string())
    }

    /// The enums, in the order of their numbers. `taken` are the names of other types.
    pub(super) fn finish(
        self,
        taken: &Taken,
        file: &str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Enum> {
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for name in self.0.values().filter_map(Entry::wish) {
            *wanted.entry(name.clone()).or_default() += 1;
        }
        let enums = self.0.into_values().map(|entry| {
            if entry.given.len() > 1 {
                let names: Vec<_> = entry.given.iter().map(String::as_str).collect();
                let message = format!("one list has several names: {}", names.join(", "));
                diagnostics.at(file, &entry.pointer, message, "give it one `x-rust-enum`");
            }
            let free = |name: &&String| wanted.get(*name) == Some(&1) && !taken.contains(name);
            let name = entry
                .given
                .first()
                .or_else(|| entry.wish().filter(free))
                .unwrap_or(&entry.first);
            Enum {
                name: name.clone(),
                doc: None,
                values: entry.values(file, diagnostics),
                group: None,
            }
        });
        enums.collect()
    }
}

impl Entry {
    /// The name that all places agree on.
    fn wish(&self) -> Option<&String> {
        let shared = self
            .properties
            .first()
            .filter(|_| self.properties.len() == 1);
        let clear = shared.filter(|name| !VAGUE.contains(&name.as_str()));
        self.given.first().or(clear)
    }

    fn values(&self, file: &str, diagnostics: &mut Diagnostics) -> Vec<EnumValue> {
        let mut values: Vec<EnumValue> = Vec::new();
        for wire in &self.values {
            let rust = self
                .variants
                .get(wire)
                .cloned()
                .unwrap_or_else(|| names::variant(wire));
            if let Some(same) = values.iter().find(|value| value.rust == rust) {
                let message = format!(
                    "the values `{}` and `{wire}` both become `{rust}`",
                    same.wire
                );
                diagnostics.at(
                    file,
                    &self.pointer,
                    message,
                    "name one of them in `x-rust-variants`",
                );
            } else if !names::is_type_name(&rust) {
                let message = format!("the value `{wire}` has no name in Rust");
                diagnostics.at(file, &self.pointer, message, "name it in `x-rust-variants`");
            }
            values.push(EnumValue {
                wire: wire.clone(),
                rust,
            });
        }
        for wire in self
            .variants
            .keys()
            .filter(|wire| !self.values.contains(wire))
        {
            let message = format!("`x-rust-variants` names `{wire}`, which is no value");
            diagnostics.at(file, &self.pointer, message, "remove it");
        }
        values
    }
}
