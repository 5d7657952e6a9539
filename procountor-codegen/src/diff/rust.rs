//! The public API of the generated source, item by item. A change is breaking if a program does not compile after the move
//! to the new version, provided that it builds requests as documented: with `new`, setters and `…Required`.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Breaks, Change, Level, Subject};
use super::kind::Kind;
use super::wire::{Wire, callers, endpoint_ids};
use crate::emit::module;
use crate::emit::surface::{Item, ItemKind, endpoint_type, surface};
use crate::model::Api;

/// The kind of an item, the type that it belongs to, and its name in that type.
type Key = (ItemKind, String, Option<String>);

/// Returns the differences between the public APIs of two versions.
pub(super) fn changes(wire: &Wire<'_>) -> Vec<Change> {
    let surfaces = Surfaces::new(wire);
    let mut changes = surfaces.renamed();
    for (key, item) in &surfaces.before {
        match surfaces.after.get(key) {
            None => changes.extend(surfaces.presence(key, item, true)),
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
    changes.extend(added.filter_map(|(key, item)| surfaces.presence(key, item, false)));
    changes
}

/// The public APIs of both versions. Renamed items have their new name in both.
struct Surfaces<'a> {
    wire: &'a Wire<'a>,
    before: BTreeMap<Key, Item>,
    after: BTreeMap<Key, Item>,
    /// The new names of renamed types. One type can become several.
    renames: BTreeMap<String, Vec<String>>,
    /// The programs that use each type.
    users: BTreeMap<String, Breaks>,
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
            users: users(wire),
            wire,
            before,
            after,
            renames,
        }
    }

    /// Returns whether two signatures differ only in renamed types. A rename is reported once, not at every use.
    fn same(&self, before: &str, after: &str) -> bool {
        self.with_new_names(before) == after || self.with_old_names(after) == before
    }

    /// Returns a signature with new type names. A type that became several keeps its name.
    fn with_new_names(&self, signature: &str) -> String {
        replace_words(signature, |word| match self.renames.get(word)?.as_slice() {
            [now] => Some(now.as_str()),
            _ => None,
        })
    }

    /// Returns a signature with old type names. A type that replaces several keeps its name.
    fn with_old_names(&self, signature: &str) -> String {
        replace_words(signature, |word| {
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
                        Subject::whole(new),
                        Some(old.clone()),
                        Some(new.clone()),
                    )
                    .breaks(self.users(new))
                    .rust(vec![self.written(self.wire.after, &path)]),
                );
            }
        }
        changes
    }

    fn users(&self, name: &str) -> Breaks {
        self.users
            .get(name)
            .copied()
            .unwrap_or(Breaks::of(true, true))
    }

    fn written(&self, api: &Api, path: &str) -> String {
        format!("{}::{path}", module(api))
    }

    /// Returns whether a version has the type that an item belongs to. If not, only the type is reported.
    fn has_owner(items: &BTreeMap<Key, Item>, of: &str) -> bool {
        [ItemKind::Facade, ItemKind::Endpoint, ItemKind::Type]
            .into_iter()
            .any(|kind| items.contains_key(&(kind, of.to_owned(), None)))
    }

    /// Returns the change for an item that only one version has.
    fn presence(&self, key: &Key, item: &Item, removed: bool) -> Option<Change> {
        let (kind, of, _) = key;
        let (api, other) = if removed {
            (self.wire.before, &self.after)
        } else {
            (self.wire.after, &self.before)
        };
        let (none, reads, writes) = (Breaks::NONE, Breaks::READS, Breaks::WRITES);
        let users = self.users(of);
        let (added, removal) = match kind {
            ItemKind::Facade => ((Kind::FacadeAdded, none), (Kind::FacadeRemoved, users)),
            ItemKind::Endpoint => ((Kind::EndpointAdded, none), (Kind::EndpointRemoved, users)),
            ItemKind::Type => ((Kind::TypeAdded, none), (Kind::TypeRemoved, users)),
            _ if !Self::has_owner(other, of) => return None,
            ItemKind::Setter => ((Kind::SetterAdded, none), (Kind::SetterRemoved, writes)),
            ItemKind::Member => ((Kind::MemberAdded, none), (Kind::MemberRemoved, users)),
            ItemKind::Required => ((Kind::RequiredGained, writes), (Kind::RequiredLost, writes)),
            ItemKind::Default => ((Kind::DefaultGained, none), (Kind::DefaultLost, writes)),
            ItemKind::Variant => ((Kind::VariantAdded, none), (Kind::VariantRemoved, users)),
            ItemKind::Rows => ((Kind::RowsChanged, none), (Kind::RowsChanged, reads)),
            ItemKind::Deprecated => (
                (Kind::DeprecatedInRust, none),
                (Kind::DeprecatedInRust, none),
            ),
            ItemKind::Constructor | ItemKind::Method | ItemKind::Output | ItemKind::Access => {
                return None;
            }
        };
        let signature = signature(item);
        let ((kind, breaks), before, after) = if removed {
            (removal, signature, None)
        } else {
            (added, None, signature)
        };
        let change = change(kind, subject(of, item), before, after);
        Some(change.breaks(breaks).rust(self.items(api, key, item)))
    }

    fn changed(&self, key: &Key, before: &Item, after: &Item) -> Option<Change> {
        let (kind, of, _) = key;
        let users = self.users(of);
        let (kind, breaks) = match kind {
            ItemKind::Constructor => {
                if only_renamed(&self.with_new_names(&before.signature), &after.signature) {
                    return None;
                }
                (Kind::ConstructorChanged, Breaks::WRITES)
            }
            // The endpoint is already reported as renamed.
            ItemKind::Method if before.of != after.of => return None,
            ItemKind::Method => (Kind::MethodMoved, users),
            ItemKind::Output => (Kind::OutputChanged, Breaks::READS),
            ItemKind::Access => (Kind::AccessChanged, Breaks::WRITES),
            ItemKind::Rows => (Kind::RowsChanged, Breaks::READS),
            ItemKind::Setter => (Kind::SetterType, Breaks::WRITES),
            ItemKind::Member => (Kind::MemberType, users),
            ItemKind::Type => (Kind::TypeChanged, users),
            // The field of the type itself is reported.
            ItemKind::Required => return None,
            // The method of the client was renamed.
            ItemKind::Facade => (Kind::MethodMoved, users),
            ItemKind::Endpoint | ItemKind::Deprecated | ItemKind::Default | ItemKind::Variant => {
                return None;
            }
        };
        let rust = self.items(self.wire.after, key, after);
        let (before, after_text) = (signature(before), signature(after));
        Some(
            change(kind, subject(of, after), before, after_text)
                .breaks(breaks)
                .rust(rust),
        )
    }

    /// Returns the path of an item, and for endpoints and their arguments also the path of the method.
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

/// Replaces words of a signature.
fn replace_words<'a>(signature: &str, other: impl Fn(&str) -> Option<&'a str>) -> String {
    let parts = signature.split_inclusive(|one: char| !one.is_alphanumeric() && one != '_');
    let mut text = String::new();
    for part in parts {
        let word = part.trim_end_matches(|one: char| !one.is_alphanumeric() && one != '_');
        text.push_str(other(word).unwrap_or(word));
        text.push_str(&part[word.len()..]);
    }
    text
}

fn subject(of: &str, item: &Item) -> Subject {
    let of = if item.kind == ItemKind::Required {
        format!("{of}Required")
    } else {
        of.to_owned()
    };
    match &item.name {
        Some(name) => Subject::part(of, format!("::{name}")),
        None => Subject::whole(of),
    }
}

fn signature(item: &Item) -> Option<String> {
    (!item.signature.is_empty()).then(|| item.signature.clone())
}

/// Returns whether arguments were only renamed, which does not affect calls. Reordered arguments of the same type do: the
/// call compiles with another meaning.
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

/// Returns the renamed types: endpoints by their operation, schemas and enums by their uses. A name that still exists does
/// not count as renamed, even if it now belongs to another type.
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

/// Returns the programs that use each type.
fn users(wire: &Wire<'_>) -> BTreeMap<String, Breaks> {
    let mut users: BTreeMap<String, Breaks> = BTreeMap::new();
    let mut note = |name: &str, more: Breaks| {
        let known = users.entry(name.to_owned()).or_insert(Breaks::NONE);
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
                Breaks::of(schema.in_response, schema.in_request),
            );
        }
    }
    for ((old, new), places) in wire.enum_pairs() {
        for (_, more) in places {
            note(old, more);
            note(new, more);
        }
    }
    users
}

fn change(kind: Kind, subject: Subject, before: Option<String>, after: Option<String>) -> Change {
    Change::new(Level::Rust, kind, subject, before, after)
}
