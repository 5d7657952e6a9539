//! Fields of schemas. Each change is reported once, with the number of operations that it affects.

use super::{Wire, change, items, limits, types};
use crate::diff::change::{Breaks, Change};
use crate::diff::kind::Kind;
use crate::model::{Api, Field, Schema};

/// Returns the common fields.
pub(super) fn fields<'a>(
    old: &'a Schema,
    new: &'a Schema,
) -> impl Iterator<Item = (&'a Field, &'a Field)> {
    new.fields
        .iter()
        .filter_map(|other| Some((find(old, other)?, other)))
}

fn find<'a>(schema: &'a Schema, field: &Field) -> Option<&'a Field> {
    schema.fields.iter().find(|one| one.wire == field.wire)
}

impl Wire<'_> {
    /// Compares everything but the types.
    pub(super) fn schema_changes(&self, changes: &mut Vec<Change>) {
        for (old, new) in self.schema_pairs() {
            let first = changes.len();
            self.members(old, new, changes);
            for change in &mut changes[first..] {
                change.operations = Some(self.reached_by(new));
            }
        }
    }

    fn members(&self, old: &Schema, new: &Schema, changes: &mut Vec<Change>) {
        let users = self.users(old, new);
        let subject = |field: &Field| self.field_subject(old, new, &field.wire);
        for one in old.fields.iter().filter(|one| find(new, one).is_none()) {
            let before = Some(summary(self.before, one));
            let change = change(Kind::FieldRemoved, subject(one), before, None);
            changes.push(
                change
                    .breaks(users)
                    .rust(items::field(self.before, old, one)),
            );
        }
        for one in new.fields.iter().filter(|one| find(old, one).is_none()) {
            let after = Some(summary(self.after, one));
            let change = change(Kind::FieldAdded, subject(one), None, after);
            let breaks = Breaks::of(false, users.writes && one.required);
            changes.push(
                change
                    .breaks(breaks)
                    .rust(items::field(self.after, new, one)),
            );
        }
        for (one, other) in fields(old, new) {
            let mut rust = items::field(self.after, new, other);
            if one.required && !other.required {
                let before = items::field(self.before, old, one);
                rust.extend(
                    before
                        .into_iter()
                        .filter(|item| item.contains("Required::")),
                );
            }
            for (kind, before, after, breaks) in differences(one, other) {
                changes.push(
                    change(kind, subject(other), before, after)
                        .breaks(users.and(breaks))
                        .rust(rust.clone()),
                );
            }
        }
    }
}

/// Returns type and requirement: `date, required`.
fn summary(api: &Api, one: &Field) -> String {
    let required = if one.required { ", required" } else { "" };
    format!("{}{required}", types::name(api, &one.ty))
}

/// Returns the differences: the kind, the old and new value, and the programs that break if they use the field.
fn differences(one: &Field, other: &Field) -> Vec<(Kind, Option<String>, Option<String>, Breaks)> {
    let mut found = Vec::new();
    match (one.required, other.required) {
        (false, true) => found.push((Kind::FieldRequired, None, None, Breaks::WRITES)),
        (true, false) => found.push((Kind::FieldOptional, None, None, Breaks::READS)),
        _ => {}
    }
    if one.constraints != other.constraints {
        let tighter = limits::tighter(&one.constraints, &other.constraints);
        found.push((
            Kind::FieldLimits,
            limits::text(&one.constraints),
            limits::text(&other.constraints),
            Breaks::of(false, tighter),
        ));
    }
    let default = |one: &Field| one.default.as_ref().map(ToString::to_string);
    if one.default != other.default {
        let (before, after) = (default(one), default(other));
        found.push((Kind::FieldDefault, before, after, Breaks::NONE));
    }
    found
}
