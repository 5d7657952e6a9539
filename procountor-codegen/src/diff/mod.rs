//! What changed between two API versions, for whoever must move a program from one to the other.
//!
//! ```text
//! document   what the vendor's text says, before the overlay
//! wire       what goes over the line, from the models
//! rust       what the generated source offers, from the same functions that write it
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

pub use change::{Breaks, Change, Level, Place};
pub use kind::Kind;
pub use render::{json, markdown, summary, summary_markdown, text};

use crate::model::Api;

/// One of the two versions.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The vendor's document, before the overlay.
    pub document: &'a Value,
    /// The model, after the overlay.
    pub api: &'a Api,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The version that a program comes from.
    pub from: String,
    /// The version that it moves to.
    pub to: String,
    /// What changed: on the wire, in Rust, in the document; in each, what breaks somebody first.
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

/// What breaks somebody comes first in its level; then kind by kind, and in each by place.
fn order(change: &Change) -> impl Ord + '_ {
    (
        change.level,
        !change.breaks.any(),
        change.kind,
        &change.place,
        &change.before,
        &change.after,
    )
}

/// Notes what says the same as a change on the wire, or follows from it.
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
        if let Some(items) = operations.get(&change.place.of) {
            change.rust.clone_from(items);
        }
        let same = |one: &&Change| {
            let value = matches!(one.kind, Kind::ValuesAdded | Kind::ValuesRemoved);
            let enumeration = matches!(change.kind, Kind::ParameterEnum | Kind::FieldEnum);
            (one.kind == change.kind && one.place == change.place)
                || (value && enumeration && one.at.contains(&change.place))
        };
        let cause = wire.iter().find(same);
        change.follows = cause.map(|cause| cause.id.clone());
    }
    wire.extend(rust);
    wire.extend(document);
}

/// Whether a change on the wire is why an item of Rust that it concerns changed.
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
        K::OutputChanged => matches!(wire, K::AnswerAdded | K::AnswerRemoved | K::AnswerChanged),
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
    /// The changes of a level.
    pub fn level(&self, level: Level) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.level == level)
    }

    /// The changes of a level and kind.
    pub fn of(&self, level: Level, kind: Kind) -> impl Iterator<Item = &Change> {
        self.level(level).filter(move |change| change.kind == kind)
    }

    /// Whether it breaks anybody.
    pub fn breaks(&self) -> bool {
        self.changes.iter().any(|change| change.breaks.any())
    }

    /// The changes, each with those that follow from it: what is true on the wire, in Rust and in the document is told
    /// once.
    pub fn told(&self) -> Vec<Told<'_>> {
        let mut followers: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in &self.changes {
            if let Some(cause) = &change.follows {
                followers.entry(cause).or_default().push(change);
            }
        }
        let causes = self.changes.iter().filter(|one| one.follows.is_none());
        causes
            .map(|change| {
                let followers = followers.remove(change.id.as_str()).unwrap_or_default();
                let breaks = followers
                    .iter()
                    .fold(change.breaks, |breaks, one| breaks.or(one.breaks));
                Told {
                    change,
                    breaks,
                    followers,
                }
            })
            .collect()
    }
}

/// A change as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// The change itself.
    pub change: &'a Change,
    /// Whom it breaks, with all that follows from it.
    pub breaks: Breaks,
    /// What follows from it, in Rust or in the document.
    pub followers: Vec<&'a Change>,
}
