//! What goes over the line, compared by the models: operations by method and path, schemas by name or by where they are
//! used. A name is nothing on the wire, so a schema that only took another name is the same.

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

use super::change::{Breaks, Change, Level, Place};
use super::kind::Kind;
use super::pairs::Pairs;
use crate::model::{Api, Operation, Schema, Type};
use reach::Reach;

pub(super) use items::endpoint_ids;
pub(super) use operations::callers;

/// Two models, set side by side.
pub(super) struct Wire<'a> {
    pub(super) before: &'a Api,
    pub(super) after: &'a Api,
    /// The operations, those at another path among them.
    pub(super) operations: Pairs,
    /// The schemas that are the same: the name in the first model, and in the second. One may have become several.
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

    /// Schemas of one name are the same; then those that stand where one stood that is gone.
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

    /// The Rust items of every operation, by its name; those of the second model where both have it.
    pub(super) fn rust_operations(&self) -> BTreeMap<String, Vec<String>> {
        let of = |api: &'a Api| {
            let operations = api.operations.iter();
            operations.map(move |one| (name(one), items::operation(api, one)))
        };
        of(self.before).chain(of(self.after)).collect()
    }

    /// The operations of both, with their place: as the second writes it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a Operation, &'a Operation)> {
        let (before, after) = (self.before, self.after);
        let both = self.operations.both.iter();
        both.map(move |(one, other)| (&before.operations[*one], &after.operations[*other]))
    }

    /// The schemas of both. The body of a PATCH is the schema that it was made of.
    fn schema_pairs(&self) -> impl Iterator<Item = (&'a Schema, &'a Schema)> {
        let (before, after) = (self.before, self.after);
        self.schemas.iter().filter_map(move |(old, new)| {
            let (old, new) = (before.schema(old)?, after.schema(new)?);
            (base(&self.origins_after, &new.name) == new.name).then_some((old, new))
        })
    }

    /// The place of a field. Where several schemas became one, it says which of them is meant.
    fn field_place(&self, old: &Schema, new: &Schema, field: &str) -> Place {
        let several = self.schemas.iter().filter(|(_, name)| *name == new.name);
        if several.count() > 1 {
            Place::field(&new.vendor, &format!("{field} (of {})", old.vendor))
        } else {
            Place::field(&new.vendor, field)
        }
    }

    /// Who meets a schema: who reads it in answers, who writes it in requests; of the operations that both versions have.
    fn met(&self, old: &Schema, new: &Schema) -> Breaks {
        let (before, after) = (
            self.reach_before.met(&old.name),
            self.reach_after.met(&new.name),
        );
        if before.any() && after.any() {
            return before.and(after);
        }
        // What only errors carry is reached by no operation that the model knows of.
        Breaks::of(
            old.in_answer && new.in_answer,
            old.in_request && new.in_request,
        )
    }

    /// How many operations of both versions reach a schema.
    fn reached_by(&self, new: &Schema) -> usize {
        self.reach_after.operations(&new.name).len()
    }
}

/// The schemas that bodies of a PATCH were made of, by the names of the bodies.
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

/// What the body of a PATCH was made of; any other schema is its own.
fn base<'a>(origins: &Origins<'a>, name: &'a str) -> &'a str {
    origins.get(name).copied().unwrap_or(name)
}

/// `GET /invoices`
pub(super) fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

fn change(kind: Kind, place: Place, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Wire, kind, place, before, after)
}
