//! Values of enums. Two enums are compared where one stands in the place of the other; what changed is told once, with
//! all the places.

use std::collections::BTreeMap;

use super::position::Position;
use super::{Wire, change, items};
use crate::diff::change::{Breaks, Change, Place};
use crate::diff::kind::Kind;
use crate::model::{Enum, Type};

impl<'a> Wire<'a> {
    /// By the names of two enums, the places where the second stands for the first.
    pub(in crate::diff) fn enum_pairs(&self) -> BTreeMap<(&'a str, &'a str), Vec<(Place, Breaks)>> {
        let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Position {
            before,
            after,
            place,
            met,
            ..
        } in self.positions()
        {
            if let (Type::Enum(old), Type::Enum(new)) = (before.leaf(), after.leaf()) {
                let places = pairs.entry((old.as_str(), new.as_str())).or_default();
                places.push((place, met));
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
            let (gone, added) = (missing(old, new), missing(new, old));
            let met = places
                .iter()
                .fold(Breaks::NOBODY, |met, (_, more)| met.or(*more));
            let at: Vec<Place> = places.iter().map(|(place, _)| place.clone()).collect();
            // Where several enums became one, it says which of them is meant.
            let of = if several && old.name != new.name {
                format!(" (of `{}`)", old.name)
            } else {
                String::new()
            };
            let place = || Place::part("enum", format!("`{}`{of}", new.name));
            if !added.is_empty() {
                let said = Some(added.join(", "));
                let mut change = change(Kind::ValuesAdded, place(), None, said)
                    .rust(items::variants(self.after, new, &added));
                change.at.clone_from(&at);
                changes.push(change);
            }
            if !gone.is_empty() {
                let said = Some(gone.join(", "));
                let mut change = change(Kind::ValuesRemoved, place(), said, None)
                    .breaks(met.and(Breaks::WRITES))
                    .rust(items::variants(self.before, old, &gone));
                change.at = at;
                changes.push(change);
            }
        }
    }
}

/// The values that the other does not have.
fn missing<'e>(of: &'e Enum, from: &Enum) -> Vec<&'e str> {
    let has = |wire: &str| from.values.iter().any(|value| value.wire == wire);
    let values = of.values.iter().map(|value| value.wire.as_str());
    values.filter(|wire| !has(wire)).collect()
}
