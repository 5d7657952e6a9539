//! Which change stands in which section. What the wire says is not said again of Rust and of the document.

use super::phrase::{phrase, place};
use super::{Block, Section, names, operations};
use crate::diff::{Breaks, Change, Diff, Kind, Level};

/// The most places that a line names.
const PLACES: usize = 6;

/// Everything, in the order in which a reader needs it.
pub(super) fn all(diff: &Diff) -> Vec<Section> {
    let mut sections = breaking(diff);
    sections.push(operations::section(diff));
    let quiet = |wanted: fn(&Change) -> bool| -> Vec<&Change> {
        let told = diff.told().filter(|change| !change.breaks.any());
        told.filter(|change| wanted(change)).collect()
    };
    let changed_operations = quiet(|change| {
        change.level == Level::Wire && change.kind != Kind::OperationAdded && change.group.is_some()
    });
    let changed_data = quiet(|change| change.level == Level::Wire && change.group.is_none());
    let deprecated = quiet(|change| {
        matches!(
            change.kind,
            Kind::DeprecationChanged | Kind::RemovalAnnounced
        )
    });
    sections.push(Section::with(
        "Changed operations",
        by_place(&changed_operations),
    ));
    sections.push(Section::with("Changed data", by_place(&changed_data)));
    sections.push(Section::with("Deprecated", by_place(&deprecated)));
    sections.push(Section::with(
        "Names in Rust",
        rust(&quiet(|change| change.level == Level::Rust)),
    ));
    let document = quiet(|change| change.level == Level::Document);
    sections.push(Section::with(
        "Names in the vendor's document",
        vendor_names(&document),
    ));
    sections.push(other_words(&document));
    sections.retain(|section| !section.is_empty());
    sections
}

/// What breaks somebody, one line for each.
pub(super) fn breaking(diff: &Diff) -> Vec<Section> {
    let sections = [
        (
            "Breaking for programs that write",
            "What they send, or how they say it in Rust.",
            Breaks::WRITES,
        ),
        (
            "Breaking for programs that read",
            "What they find in answers, or how they say it in Rust.",
            Breaks::READS,
        ),
        (
            "Breaking for both",
            "What is sent and comes back.",
            Breaks::of(true, true),
        ),
    ];
    let sections = sections.into_iter().map(|(title, note, breaks)| {
        let lines = diff.told().filter(|change| change.breaks == breaks);
        let lines: Vec<String> = lines.map(line).collect();
        let mut section = Section::with(&format!("{title} ({})", lines.len()), lines);
        section.blocks.insert(0, Block::Note(note.to_owned()));
        section
    });
    sections.filter(|section| !section.is_empty()).collect()
}

/// A change with its place and, where it is on the wire, its Rust items.
fn line(change: &Change) -> String {
    format!("{}: {}{}", subject(change), phrase(change), aside(change))
}

fn subject(change: &Change) -> String {
    let mut text = place(&change.place);
    if !change.at.is_empty() {
        let at: Vec<String> = change.at.iter().map(ToString::to_string).collect();
        let at: Vec<String> = at.iter().map(|one| one.replace('`', "")).collect();
        text.push_str(&format!(" ({})", names(&at, 2)));
    }
    text
}

/// In brackets: what a program must look at.
fn aside(change: &Change) -> String {
    if change.level == Level::Rust || change.rust.is_empty() {
        return String::new();
    }
    format!(" [{}]", names(&change.rust, 2))
}

/// One line for each place: what is new there together, then everything else.
fn by_place(changes: &[&Change]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    let mut add =
        |subject: String, text: String| match lines.iter_mut().find(|(known, _)| *known == subject)
        {
            Some((_, texts)) => texts.push(text),
            None => lines.push((subject, vec![text])),
        };
    for change in changes {
        let new = matches!(change.kind, Kind::ParameterAdded | Kind::FieldAdded);
        if !new {
            add(subject(change), phrase(change));
            continue;
        }
        let name = change.place.part.trim_start_matches('.');
        let name = name.split('`').nth(1).unwrap_or(name);
        let kind = change.after.as_deref().unwrap_or_default();
        add(
            format!("`{}`", change.place.of),
            format!("new `{name}` ({kind})"),
        );
    }
    lines.sort();
    let lines = lines.into_iter();
    lines
        .map(|(subject, texts)| {
            let mut text = String::new();
            for (index, one) in texts.iter().enumerate() {
                let again = one.strip_prefix("new `").filter(|_| index > 0);
                match again {
                    Some(rest) => text.push_str(&format!(", `{rest}")),
                    None if index > 0 => text.push_str(&format!("; {one}")),
                    None => text.push_str(one),
                }
            }
            format!("{subject}: {text}")
        })
        .collect()
}

/// New names together, the others one by one.
fn rust(changes: &[&Change]) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, what) in [
        (Kind::FacadeAdded, "new groups"),
        (Kind::TypeAdded, "new types"),
        (Kind::EndpointAdded, "new endpoints"),
        (Kind::DefaultGained, "types that have `Default` now"),
    ] {
        let found: Vec<&str> = changes
            .iter()
            .filter(|change| change.kind == kind)
            .map(|change| change.place.of.as_str())
            .collect();
        if !found.is_empty() {
            lines.push(format!("{what}: {}", names(&found, usize::MAX)));
        }
    }
    let told = [
        Kind::FacadeAdded,
        Kind::TypeAdded,
        Kind::EndpointAdded,
        Kind::DefaultGained,
        Kind::DeprecatedInRust,
    ];
    let rest = changes.iter().filter(|change| !told.contains(&change.kind));
    lines.extend(rest.map(|change| line(change)));
    lines
}

fn vendor_names(changes: &[&Change]) -> Vec<String> {
    let named = [
        Kind::PathRespelled,
        Kind::OperationIdChanged,
        Kind::OperationIdReused,
        Kind::SchemaRenamed,
    ];
    let mut lines: Vec<String> = changes
        .iter()
        .filter(|change| named.contains(&change.kind))
        .map(|change| format!("{}: {}", place(&change.place), phrase(change)))
        .collect();
    for (kind, what) in [
        (Kind::SchemaRemoved, "schemas gone"),
        (Kind::SchemaAdded, "new schemas"),
    ] {
        let found: Vec<&str> = changes
            .iter()
            .filter(|change| change.kind == kind)
            .map(|change| change.place.of.as_str())
            .collect();
        if !found.is_empty() {
            lines.push(format!(
                "{what} ({}): {}",
                found.len(),
                names(&found, PLACES)
            ));
        }
    }
    lines
}

/// What the document says in other words, without a change on the wire: the same words are told once, with the places.
fn other_words(changes: &[&Change]) -> Section {
    let told = [
        Kind::PathRespelled,
        Kind::OperationIdChanged,
        Kind::OperationIdReused,
        Kind::SchemaRenamed,
        Kind::SchemaAdded,
        Kind::SchemaRemoved,
        Kind::DeprecationChanged,
        Kind::RemovalAnnounced,
    ];
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for change in changes.iter().filter(|change| !told.contains(&change.kind)) {
        let answer = matches!(
            change.kind,
            Kind::AnswerAdded | Kind::AnswerRemoved | Kind::AnswerChanged
        );
        let (words, place) = match change.kind {
            Kind::FieldLimits | Kind::ParameterLimits => (
                "other limits, of no effect".to_owned(),
                change.place.to_string(),
            ),
            Kind::ParameterWidth => (phrase(change), change.place.to_string()),
            _ if answer => (
                format!("{}: {}", change.place.part, phrase(change)),
                change.place.of.clone(),
            ),
            _ => (phrase(change), change.place.to_string()),
        };
        let place = place.replace('`', "");
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, places)) => places.push(place),
            None => groups.push((words, vec![place])),
        }
    }
    let lines = groups.into_iter();
    let lines = lines.map(|(words, places)| format!("{words}: {}", names(&places, PLACES)));
    let mut section = Section::with(
        "Declared in another way, the same on the wire",
        lines.collect(),
    );
    let note = "Answers to errors, and what the overlays of both versions make equal.";
    section.blocks.insert(0, Block::Note(note.to_owned()));
    section
}
