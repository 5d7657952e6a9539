//! Values of enums. An enum is compared with the one that it replaces at its uses. Each change is reported once, with all
//! uses.

use std::collections::BTreeMap;

use super::position::Position;
use super::{Wire, change, items};
use crate::diff::change::{Breaks, Change, Subject};
use crate::diff::kind::Kind;
use crate::model::{Enum, Type};

impl<'a> Wire<'a> {
    /// Returns the uses at which one enum replaces another, by the names of both.
    pub(in crate::diff) fn enum_pairs(
        &self,
    ) -> BTreeMap<(&'a str, &'a str), Vec<(Subject, Breaks)>> {
        let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Position {
            before,
            after,
            subject,
            users,
            ..
        } in self.positions()
        {
            if let (Type::Enum(old), Type::Enum(new)) = (before.leaf(), after.leaf()) {
                let places = pairs.entry((old.as_str(), new.as_str())).or_default();
                places.push((subject, users));
            }
        }
        pairs
    }

    pub(super) fn enum_changes(&self, changes: &mut Vec<Change>) {
        let pairs = self.enum_pairs();
        for ((old, new), places) in &pairs {
            let several = pairs.keys().filter(|(_, name)| name == new).count() > 1;
            let enums = (self.before.enumeration(old), self.after.enumeration(new));
            let (Some(old), Some(new)) = enums else {
                continue;
            };
            let (removed, added) = (missing(old, new), missing(new, old));
            let users = places
                .iter()
                .fold(Breaks::NONE, |users, (_, more)| users.or(*more));
            let at: Vec<Subject> = places.iter().map(|(subject, _)| subject.clone()).collect();
            // If several enums became one, the subject names the old one.
            let of = if several && old.name != new.name {
                format!(" (of `{}`)", old.name)
            } else {
                String::new()
            };
            let subject = || Subject::part("enum", format!("`{}`{of}", new.name));
            if !added.is_empty() {
                let values = Some(added.join(", "));
                let mut change = change(Kind::ValuesAdded, subject(), None, values)
                    .rust(items::variants(self.after, new, &added));
                change.at.clone_from(&at);
                changes.push(change);
            }
            if !removed.is_empty() {
                let values = Some(removed.join(", "));
                let mut change = change(Kind::ValuesRemoved, subject(), values, None)
                    .breaks(users.and(Breaks::WRITES))
                    .rust(items::variants(self.before, old, &removed));
                change.at = at;
                changes.push(change);
            }
        }
    }
}

/// Returns the values that the other enum does not have.
fn missing<'e>(of: &'e Enum, from: &Enum) -> Vec<&'e str> {
    let has = |wire: &str| from.values.iter().any(|value| value.wire == wire);
    let values = of.values.iter().map(|value| value.wire.as_str());
    values.filter(|wire| !has(wire)).collect()
}
