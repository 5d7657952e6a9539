//! The changes of HTTP messages, from the models. Operations are compared by method and path, schemas by name or by their
//! uses. Names of schemas are not on the wire, so a renamed schema is the same.

mod enums;
mod items;
mod limits;
mod operations;
mod parameters;
mod position;
mod reach;
mod schemas;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Breaks, Change, Level, Subject};
use super::kind::Kind;
use super::pairs::Pairs;
use crate::model::{Api, Operation, Schema, Type};
use reach::Reach;

pub(super) use items::endpoint_ids;
pub(super) use operations::callers;

/// A comparison of two models.
pub(super) struct Wire<'a> {
    pub(super) before: &'a Api,
    pub(super) after: &'a Api,
    /// The operations, including moved ones.
    pub(super) operations: Pairs,
    /// The old and new names of equal schemas. One schema can become several.
    pub(super) schemas: BTreeSet<(&'a str, &'a str)>,
    origins_before: Origins<'a>,
    origins_after: Origins<'a>,
    reach_before: Reach<'a>,
    reach_after: Reach<'a>,
}

impl<'a> Wire<'a> {
    pub(super) fn new(before: &'a Api, after: &'a Api) -> Self {
        let names = |api: &Api| -> Vec<String> { api.operations.iter().map(name).collect() };
        let mut operations = Pairs::of(&names(before), &names(after));
        let key = |operation: &Operation| (operation.method, operation.id.clone());
        operations.join(
            |index| key(&before.operations[index]),
            |index| key(&after.operations[index]),
        );
        let (origins_before, origins_after) = (origins(before), origins(after));
        let (reach_before, reach_after) = (
            Reach::of(
                before,
                &origins_before,
                operations.both.iter().map(|pair| pair.0),
            ),
            Reach::of(
                after,
                &origins_after,
                operations.both.iter().map(|pair| pair.1),
            ),
        );
        let mut wire = Self {
            before,
            after,
            operations,
            schemas: BTreeSet::new(),
            origins_before,
            origins_after,
            reach_before,
            reach_after,
        };
        wire.pair_schemas();
        wire
    }

    /// Pairs schemas with the same name, then new schemas with the removed ones that they replace at their uses.
    fn pair_schemas(&mut self) {
        for schema in &self.after.schemas {
            let old = self.before.schema(&schema.name).or_else(|| {
                let vendor =
                    |one: &&Schema| one.vendor == schema.vendor && one.patch == schema.patch;
                self.before.schemas.iter().find(vendor)
            });
            if let Some(old) = old {
                self.schemas.insert((&old.name, &schema.name));
            }
        }
        let (kept_old, kept_new): (BTreeSet<&str>, BTreeSet<&str>) =
            self.schemas.iter().copied().unzip();
        loop {
            let known = self.schemas.len();
            for position in self.positions() {
                if let (Type::Schema(old), Type::Schema(new)) =
                    (position.before.leaf(), position.after.leaf())
                {
                    let (old, new) = (
                        base(&self.origins_before, old),
                        base(&self.origins_after, new),
                    );
                    if !kept_old.contains(old) && !kept_new.contains(new) {
                        self.schemas.insert((old, new));
                    }
                }
            }
            if self.schemas.len() == known {
                return;
            }
        }
    }

    pub(super) fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.operation_changes(&mut changes);
        self.schema_changes(&mut changes);
        self.type_changes(&mut changes);
        self.enum_changes(&mut changes);
        changes
    }

    /// Returns the Rust items of every operation, by its name; for a common operation, those of the second model.
    pub(super) fn rust_operations(&self) -> BTreeMap<String, Vec<String>> {
        let of = |api: &'a Api| {
            let operations = api.operations.iter();
            operations.map(move |one| (name(one), items::operation(api, one)))
        };
        of(self.before).chain(of(self.after)).collect()
    }

    /// Returns the operations of both models.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a Operation, &'a Operation)> {
        let (before, after) = (self.before, self.after);
        let both = self.operations.both.iter();
        both.map(move |(one, other)| (&before.operations[*one], &after.operations[*other]))
    }

    /// Returns the schemas of both models, without the generated schemas of PATCH bodies.
    fn schema_pairs(&self) -> impl Iterator<Item = (&'a Schema, &'a Schema)> {
        let (before, after) = (self.before, self.after);
        self.schemas.iter().filter_map(move |(old, new)| {
            let (old, new) = (before.schema(old)?, after.schema(new)?);
            (base(&self.origins_after, &new.name) == new.name).then_some((old, new))
        })
    }

    /// Returns the subject for a field. If several schemas became one, it names the old schema.
    fn field_subject(&self, old: &Schema, new: &Schema, field: &str) -> Subject {
        let several = self.schemas.iter().filter(|(_, name)| *name == new.name);
        if several.count() > 1 {
            Subject::field(&new.vendor, &format!("{field} (of {})", old.vendor))
        } else {
            Subject::field(&new.vendor, field)
        }
    }

    /// Returns the programs that use a schema, through the operations of both versions.
    fn users(&self, old: &Schema, new: &Schema) -> Breaks {
        let (before, after) = (
            self.reach_before.users(&old.name),
            self.reach_after.users(&new.name),
        );
        if before.any() && after.any() {
            return before.and(after);
        }
        // The model does not contain error responses, so it cannot tell which operations use their schemas.
        Breaks::of(
            old.in_response && new.in_response,
            old.in_request && new.in_request,
        )
    }

    /// Returns the number of common operations that use a schema.
    fn reached_by(&self, new: &Schema) -> usize {
        self.reach_after.operations(&new.name).len()
    }
}

/// The original schemas of generated PATCH bodies, by the names of the bodies.
pub(super) type Origins<'a> = BTreeMap<&'a str, &'a str>;

fn origins(api: &Api) -> Origins<'_> {
    let patches = api.schemas.iter().filter(|schema| schema.patch);
    let pairs = patches.filter_map(|patch| {
        let origin = |one: &&Schema| !one.patch && one.vendor == patch.vendor;
        let origin = api.schemas.iter().find(origin)?;
        Some((patch.name.as_str(), origin.name.as_str()))
    });
    pairs.collect()
}

/// Returns the original schema of a PATCH body; for any other schema, its own name.
fn base<'a>(origins: &Origins<'a>, name: &'a str) -> &'a str {
    origins.get(name).copied().unwrap_or(name)
}

/// Returns the name of an operation: `GET /invoices`.
pub(super) fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

fn change(kind: Kind, subject: Subject, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Wire, kind, subject, before, after)
}
