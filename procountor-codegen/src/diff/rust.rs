//! What the generated source offers, item by item. It breaks what no longer compiles after `v2411` became `v2604` in a
//! program that builds requests with `new`, setters and `…Required`, as the documentation shows.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Breaks, Change, Level, Place};
use super::kind::Kind;
use super::wire::{Wire, callers, endpoint_ids};
use crate::emit::module;
use crate::emit::surface::{Item, ItemKind, endpoint_type, surface};
use crate::model::Api;

/// An item, by what it is, the type it belongs to, and its name there.
type Key = (ItemKind, String, Option<String>);

/// What the second version offers that the first does not, and the other way round.
pub(super) fn changes(wire: &Wire<'_>) -> Vec<Change> {
    let surfaces = Surfaces::new(wire);
    let mut changes = surfaces.renamed();
    for (key, item) in &surfaces.before {
        match surfaces.after.get(key) {
            None => changes.extend(surfaces.removed(key, item)),
            Some(now) if !surfaces.same(&item.signature, &now.signature) => {
                changes.extend(surfaces.changed(key, item, now));
            }
            Some(_) => {}
        }
    }
    let added = surfaces
        .after
        .iter()
        .filter(|(key, _)| !surfaces.before.contains_key(*key));
    changes.extend(added.filter_map(|(key, item)| surfaces.added(key, item)));
    changes
}

/// What both versions offer. What has another name stands under its new one.
struct Surfaces<'a> {
    wire: &'a Wire<'a>,
    before: BTreeMap<Key, Item>,
    after: BTreeMap<Key, Item>,
    /// The types of the first version that have another name in the second; some have several.
    renames: BTreeMap<String, Vec<String>>,
    /// Whom the types of the first version concern, and those of the second.
    met: BTreeMap<String, Breaks>,
}

impl<'a> Surfaces<'a> {
    fn new(wire: &'a Wire<'a>) -> Self {
        let renames = renames(wire);
        let mut before = BTreeMap::new();
        for item in surface(wire.before) {
            let one = [item.of.clone()];
            for of in renames.get(&item.of).map_or(&one[..], Vec::as_slice) {
                let key = (item.kind, of.clone(), item.name.clone());
                before.insert(key, item.clone());
            }
        }
        let after = surface(wire.after)
            .into_iter()
            .map(|item| ((item.kind, item.of.clone(), item.name.clone()), item))
            .collect();
        Self {
            met: met(wire),
            wire,
            before,
            after,
            renames,
        }
    }

    /// Whether two signatures differ in new names of types only, which are told once, not wherever they are used.
    fn same(&self, before: &str, after: &str) -> bool {
        self.called_now(before) == after || self.called_then(after) == before
    }

    /// A signature with the names that types have now. A type that became several keeps its name.
    fn called_now(&self, signature: &str) -> String {
        replaced(signature, |word| match self.renames.get(word)?.as_slice() {
            [now] => Some(now.as_str()),
            _ => None,
        })
    }

    /// A signature with the names that types had. One that was several keeps its name.
    fn called_then(&self, signature: &str) -> String {
        replaced(signature, |word| {
            let has = |names: &[String]| names.iter().any(|name| name == word);
            let mut old = self.renames.iter().filter(|(_, names)| has(names));
            let (old, more) = (old.next(), old.next());
            old.filter(|_| more.is_none())
                .map(|(name, _)| name.as_str())
        })
    }

    fn renamed(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (old, names) in &self.renames {
            for new in names {
                let endpoint = self.after.get(&(ItemKind::Endpoint, new.clone(), None));
                let (kind, path) = match endpoint {
                    Some(item) => (Kind::EndpointRenamed, item.path()),
                    None => (Kind::TypeRenamed, new.clone()),
                };
                changes.push(
                    change(
                        kind,
                        Place::whole(new),
                        Some(old.clone()),
                        Some(new.clone()),
                    )
                    .breaks(self.met(new))
                    .rust(vec![self.written(self.wire.after, &path)]),
                );
            }
        }
        changes
    }

    fn met(&self, name: &str) -> Breaks {
        self.met
            .get(name)
            .copied()
            .unwrap_or(Breaks::of(true, true))
    }

    fn written(&self, api: &Api, path: &str) -> String {
        format!("{}::{path}", module(api))
    }

    /// Whether a version has the type that an item belongs to. If not, the type alone is told.
    fn has_owner(items: &BTreeMap<Key, Item>, of: &str) -> bool {
        [ItemKind::Facade, ItemKind::Endpoint, ItemKind::Type]
            .into_iter()
            .any(|kind| items.contains_key(&(kind, of.to_owned(), None)))
    }

    fn removed(&self, key: &Key, item: &Item) -> Option<Change> {
        let (kind, of, _) = key;
        let owner = Self::has_owner(&self.after, of);
        let met = self.met(of);
        let (kind, breaks) = match kind {
            ItemKind::Facade => (Kind::FacadeRemoved, met),
            ItemKind::Endpoint => (Kind::EndpointRemoved, met),
            ItemKind::Type => (Kind::TypeRemoved, met),
            _ if !owner => return None,
            ItemKind::Setter => (Kind::SetterRemoved, Breaks::WRITES),
            ItemKind::Member => (Kind::MemberRemoved, met),
            ItemKind::Required => (Kind::RequiredLost, Breaks::WRITES),
            ItemKind::Default => (Kind::DefaultLost, Breaks::WRITES),
            ItemKind::Variant => (Kind::VariantRemoved, met),
            ItemKind::Rows => (Kind::RowsChanged, Breaks::READS),
            ItemKind::Deprecated => (Kind::DeprecatedInRust, Breaks::NOBODY),
            ItemKind::Constructor | ItemKind::Method | ItemKind::Output | ItemKind::Access => {
                return None;
            }
        };
        let rust = self.items(self.wire.before, key, item);
        let said = said(item);
        Some(
            change(kind, place(of, item), said, None)
                .breaks(breaks)
                .rust(rust),
        )
    }

    fn added(&self, key: &Key, item: &Item) -> Option<Change> {
        let (kind, of, _) = key;
        let owner = Self::has_owner(&self.before, of);
        let (kind, breaks) = match kind {
            ItemKind::Facade => (Kind::FacadeAdded, Breaks::NOBODY),
            ItemKind::Endpoint => (Kind::EndpointAdded, Breaks::NOBODY),
            ItemKind::Type => (Kind::TypeAdded, Breaks::NOBODY),
            _ if !owner => return None,
            ItemKind::Setter => (Kind::SetterAdded, Breaks::NOBODY),
            ItemKind::Member => (Kind::MemberAdded, Breaks::NOBODY),
            ItemKind::Required => (Kind::RequiredGained, Breaks::WRITES),
            ItemKind::Default => (Kind::DefaultGained, Breaks::NOBODY),
            ItemKind::Variant => (Kind::VariantAdded, Breaks::NOBODY),
            ItemKind::Rows => (Kind::RowsChanged, Breaks::NOBODY),
            ItemKind::Deprecated => (Kind::DeprecatedInRust, Breaks::NOBODY),
            ItemKind::Constructor | ItemKind::Method | ItemKind::Output | ItemKind::Access => {
                return None;
            }
        };
        let rust = self.items(self.wire.after, key, item);
        let said = said(item);
        Some(
            change(kind, place(of, item), None, said)
                .breaks(breaks)
                .rust(rust),
        )
    }

    fn changed(&self, key: &Key, before: &Item, after: &Item) -> Option<Change> {
        let (kind, of, _) = key;
        let met = self.met(of);
        let (kind, breaks) = match kind {
            ItemKind::Constructor => {
                if only_renamed(&self.called_now(&before.signature), &after.signature) {
                    return None;
                }
                (Kind::ConstructorChanged, Breaks::WRITES)
            }
            // The new name of an endpoint is told already.
            ItemKind::Method if before.of != after.of => return None,
            ItemKind::Method => (Kind::MethodMoved, met),
            ItemKind::Output => (Kind::OutputChanged, Breaks::READS),
            ItemKind::Access => (Kind::AccessChanged, Breaks::WRITES),
            ItemKind::Rows => (Kind::RowsChanged, Breaks::READS),
            ItemKind::Setter => (Kind::SetterType, Breaks::WRITES),
            ItemKind::Member => (Kind::MemberType, met),
            ItemKind::Type => (Kind::TypeChanged, met),
            // The member beside it says the same.
            ItemKind::Required => return None,
            // The method of the client has another name.
            ItemKind::Facade => (Kind::MethodMoved, met),
            ItemKind::Endpoint | ItemKind::Deprecated | ItemKind::Default | ItemKind::Variant => {
                return None;
            }
        };
        let rust = self.items(self.wire.after, key, after);
        let (before, after_text) = (said(before), said(after));
        Some(
            change(kind, place(of, after), before, after_text)
                .breaks(breaks)
                .rust(rust),
        )
    }

    /// The item as a program writes it; for an endpoint and what it takes, its method too.
    fn items(&self, api: &Api, key: &Key, item: &Item) -> Vec<String> {
        let mut items = vec![self.written(api, &item.path())];
        if matches!(item.kind, ItemKind::Endpoint | ItemKind::Constructor) {
            let surface = if std::ptr::eq(api, self.wire.after) {
                &self.after
            } else {
                &self.before
            };
            let method = surface.get(&(ItemKind::Method, key.1.clone(), None));
            items.extend(method.map(|method| self.written(api, &method.signature)));
        }
        items
    }
}

/// A signature with other words.
fn replaced<'a>(signature: &str, other: impl Fn(&str) -> Option<&'a str>) -> String {
    let parts = signature.split_inclusive(|one: char| !one.is_alphanumeric() && one != '_');
    let mut text = String::new();
    for part in parts {
        let word = part.trim_end_matches(|one: char| !one.is_alphanumeric() && one != '_');
        text.push_str(other(word).unwrap_or(word));
        text.push_str(&part[word.len()..]);
    }
    text
}

fn place(of: &str, item: &Item) -> Place {
    let of = if item.kind == ItemKind::Required {
        format!("{of}Required")
    } else {
        of.to_owned()
    };
    match &item.name {
        Some(name) => Place::part(of, format!("::{name}")),
        None => Place::whole(of),
    }
}

fn said(item: &Item) -> Option<String> {
    (!item.signature.is_empty()).then(|| item.signature.clone())
}

/// Whether arguments have the same types and only other names, which no call says. The same names in another order are
/// another matter: the call compiles and means something else.
fn only_renamed(before: &str, after: &str) -> bool {
    let arguments = |signature: &str| -> (Vec<String>, Vec<String>) {
        let inner = signature.trim_matches(['(', ')']);
        let pairs = inner.split(", ").filter_map(|one| one.split_once(": "));
        pairs
            .map(|(name, ty)| (name.to_owned(), ty.to_owned()))
            .unzip()
    };
    let ((mut names, types), (mut names_now, types_now)) = (arguments(before), arguments(after));
    names.sort();
    names_now.sort();
    types == types_now && names != names_now
}

/// What has another name: endpoints by their operation, schemas and enums by where they are used. A name that stays is no
/// new name, whatever else is called so now.
fn renames(wire: &Wire<'_>) -> BTreeMap<String, Vec<String>> {
    let names = |api: &Api| -> BTreeSet<String> {
        let types = [ItemKind::Endpoint, ItemKind::Type];
        let items = surface(api).into_iter();
        items
            .filter(|item| types.contains(&item.kind))
            .map(|item| item.of)
            .collect()
    };
    let (before, after) = (names(wire.before), names(wire.after));
    let mut renames: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note = |old: &str, new: &str| {
        let (old, new) = (old.to_owned(), new.to_owned());
        if !after.contains(&old) && !before.contains(&new) {
            let names = renames.entry(old).or_default();
            if !names.contains(&new) {
                names.push(new);
            }
        }
    };
    for (old, new) in wire.pairs() {
        for (old, new) in endpoint_ids(old).zip(endpoint_ids(new)) {
            note(&endpoint_type(old), &endpoint_type(new));
        }
    }
    for (old, new) in &wire.schemas {
        note(old, new);
    }
    for (old, new) in wire.enum_pairs().keys() {
        note(old, new);
    }
    renames
}

/// Whom each type concerns: who reads it, who writes it.
fn met(wire: &Wire<'_>) -> BTreeMap<String, Breaks> {
    let mut met: BTreeMap<String, Breaks> = BTreeMap::new();
    let mut note = |name: &str, more: Breaks| {
        let known = met.entry(name.to_owned()).or_insert(Breaks::NOBODY);
        *known = known.or(more);
    };
    for api in [wire.before, wire.after] {
        for operation in &api.operations {
            for id in endpoint_ids(operation) {
                note(&endpoint_type(id), callers(operation));
            }
        }
        for schema in &api.schemas {
            note(
                &schema.name,
                Breaks::of(schema.in_answer, schema.in_request),
            );
        }
    }
    for ((old, new), places) in wire.enum_pairs() {
        for (_, more) in places {
            note(old, more);
            note(new, more);
        }
    }
    met
}

fn change(kind: Kind, place: Place, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Rust, kind, place, before, after)
}
