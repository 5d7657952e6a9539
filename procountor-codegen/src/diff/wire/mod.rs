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
    /// For each schema of the second model, what it was in the first.
    pub(super) schemas: BTreeMap<&'a str, &'a str>,
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
        let (reach_before, reach_after) = (
            Reach::of(before, operations.both.iter().map(|pair| pair.0)),
            Reach::of(after, operations.both.iter().map(|pair| pair.1)),
        );
        let mut wire = Self {
            before,
            after,
            operations,
            schemas: BTreeMap::new(),
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
                self.schemas.insert(&schema.name, &old.name);
            }
        }
        let kept: BTreeSet<&str> = self.schemas.values().copied().collect();
        loop {
            let mut found = BTreeMap::new();
            for position in self.positions() {
                if let (Type::Schema(old), Type::Schema(new)) =
                    (position.before.leaf(), position.after.leaf())
                {
                    let (old, new) = (base(self.before, old), base(self.after, new));
                    if !self.schemas.contains_key(new) && !kept.contains(old) {
                        found.entry(new).or_insert(old);
                    }
                }
            }
            if found.is_empty() {
                return;
            }
            self.schemas.extend(found);
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

    /// The operations of both, with their place: as the second writes it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a Operation, &'a Operation)> {
        let (before, after) = (self.before, self.after);
        let both = self.operations.both.iter();
        both.map(move |(one, other)| (&before.operations[*one], &after.operations[*other]))
    }

    /// The schemas of both. The body of a PATCH is the schema that it was made of.
    fn schema_pairs(&self) -> impl Iterator<Item = (&'a Schema, &'a Schema)> {
        let (before, after) = (self.before, self.after);
        self.schemas.iter().filter_map(move |(new, old)| {
            let (old, new) = (before.schema(old)?, after.schema(new)?);
            (base(after, &new.name) == new.name).then_some((old, new))
        })
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

/// The schema that the body of a PATCH was made of; any other is its own.
fn base<'a>(api: &'a Api, name: &'a str) -> &'a str {
    let schema = api.schema(name).filter(|schema| schema.patch);
    let origin = schema.and_then(|patch| {
        let origin = |one: &&Schema| !one.patch && one.vendor == patch.vendor;
        api.schemas.iter().find(origin)
    });
    origin.map_or(name, |origin| &origin.name)
}

/// `GET /invoices`
pub(super) fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

fn change(kind: Kind, place: Place, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Wire, kind, place, before, after)
}
