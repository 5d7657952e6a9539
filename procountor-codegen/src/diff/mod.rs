//! Lists the changes between two API versions, for programs that move from one to the other.
//!
//! ```text
//! document   the vendor's documents, without overlays
//! wire       the HTTP messages, from the models
//! rust       the public API of the generated source, from the functions that generate it
//! render     text, Markdown, JSON
//! ```

mod change;
mod document;
mod kind;
mod pairs;
mod render;
mod rust;
mod wire;

use std::collections::BTreeMap;

use serde_json::Value;

pub use change::{Breaks, Change, Level, Subject};
pub use kind::Kind;
pub use render::{json, markdown, summary, summary_markdown, text};

use crate::model::Api;

/// One of the two compared versions.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The vendor's document, without overlays.
    pub document: &'a Value,
    /// The model, with overlays.
    pub api: &'a Api,
}

/// The changes between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The old version.
    pub from: String,
    /// The new version.
    pub to: String,
    /// The changes by level: wire, Rust, document. Breaking changes come first in each level.
    pub changes: Vec<Change>,
}

/// Compares two versions.
pub fn diff(before: Side<'_>, after: Side<'_>) -> Diff {
    let wire = wire::Wire::new(before.api, after.api);
    let (mut changes, operations) = (wire.changes(), wire.rust_operations());
    let rust = rust::changes(&wire);
    let document = document::changes(before.document, after.document);
    link(&mut changes, rust, document, &operations);
    changes.sort_by(|one, other| order(one).cmp(&order(other)));
    Diff {
        from: before.api.version.clone(),
        to: after.api.version.clone(),
        changes,
    }
}

/// Sorts by level, breaking changes first, then by kind and subject.
fn order(change: &Change) -> impl Ord + '_ {
    (
        change.level,
        !change.breaks.any(),
        change.kind,
        &change.subject,
        &change.before,
        &change.after,
    )
}

/// Links the changes in Rust and in the document to the wire changes that cause them.
fn link(
    wire: &mut Vec<Change>,
    mut rust: Vec<Change>,
    mut document: Vec<Change>,
    operations: &BTreeMap<String, Vec<String>>,
) {
    let mut by_item: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in wire.iter() {
        for item in &change.rust {
            by_item.entry(item).or_default().push(change);
        }
    }
    for change in &mut rust {
        let items = change.rust.iter().map(String::as_str);
        let causes = items.filter_map(|item| by_item.get(item)).flatten();
        let mut causes = causes.filter(|cause| explains(cause.kind, change.kind));
        change.follows = causes.next().map(|cause| cause.id.clone());
    }
    for change in &mut document {
        if let Some(items) = operations.get(&change.subject.item) {
            change.rust.clone_from(items);
        }
        let same = |one: &&Change| {
            let value = matches!(one.kind, Kind::ValuesAdded | Kind::ValuesRemoved);
            let enumeration = matches!(change.kind, Kind::ParameterEnum | Kind::FieldEnum);
            (one.kind == change.kind && one.subject == change.subject)
                || (value && enumeration && one.at.contains(&change.subject))
        };
        let cause = wire.iter().find(same);
        change.follows = cause.map(|cause| cause.id.clone());
    }
    wire.extend(rust);
    wire.extend(document);
}

/// Returns whether a kind of wire change causes a kind of change in the Rust items that it affects.
fn explains(wire: Kind, rust: Kind) -> bool {
    use Kind as K;
    let parameter = matches!(
        wire,
        K::ParameterAdded
            | K::ParameterRemoved
            | K::ParameterRequired
            | K::ParameterOptional
            | K::ParameterType
            | K::BodyChanged
            | K::BodyRequired
            | K::BodyOptional
    );
    match rust {
        K::EndpointAdded => wire == K::OperationAdded || wire == K::MaxIdsChanged,
        K::EndpointRemoved => wire == K::OperationRemoved || wire == K::MaxIdsChanged,
        K::SetterAdded | K::SetterRemoved | K::SetterType | K::ConstructorChanged => parameter,
        K::OutputChanged => matches!(
            wire,
            K::ResponseAdded | K::ResponseRemoved | K::ResponseChanged
        ),
        K::RowsChanged => wire == K::PagingChanged,
        K::AccessChanged => wire == K::AccessChanged,
        K::MemberAdded => wire == K::FieldAdded,
        K::MemberRemoved => wire == K::FieldRemoved,
        K::MemberType => wire == K::FieldType,
        K::RequiredGained => matches!(wire, K::FieldAdded | K::FieldRequired),
        K::RequiredLost => matches!(wire, K::FieldRemoved | K::FieldOptional),
        K::VariantAdded => wire == K::ValuesAdded,
        K::VariantRemoved => wire == K::ValuesRemoved,
        _ => false,
    }
}

impl Diff {
    /// Returns the changes of a level.
    pub fn level(&self, level: Level) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.level == level)
    }

    /// Returns the changes of a level and kind.
    pub fn of(&self, level: Level, kind: Kind) -> impl Iterator<Item = &Change> {
        self.level(level).filter(move |change| change.kind == kind)
    }

    /// Returns whether any change breaks programs.
    pub fn breaks(&self) -> bool {
        self.changes.iter().any(|change| change.breaks.any())
    }

    /// Returns the changes, each grouped with the changes that it causes in Rust and in the document.
    pub fn grouped(&self) -> Vec<ChangeGroup<'_>> {
        let mut consequences: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in &self.changes {
            if let Some(cause) = &change.follows {
                consequences.entry(cause).or_default().push(change);
            }
        }
        let causes = self.changes.iter().filter(|one| one.follows.is_none());
        causes
            .map(|change| {
                let consequences = consequences.remove(change.id.as_str()).unwrap_or_default();
                let breaks = consequences
                    .iter()
                    .fold(change.breaks, |breaks, one| breaks.or(one.breaks));
                ChangeGroup {
                    change,
                    breaks,
                    consequences,
                }
            })
            .collect()
    }
}

/// A change together with the changes that it causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeGroup<'a> {
    /// The cause.
    pub change: &'a Change,
    /// The programs that any of these changes breaks.
    pub breaks: Breaks,
    /// The caused changes in Rust and in the document.
    pub consequences: Vec<&'a Change>,
}
