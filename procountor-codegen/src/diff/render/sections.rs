//! Which change stands in which section. What the wire says is not said again of Rust and of the document.

use super::phrase::{phrase, place};
use super::{Block, Section, names, operations};
use crate::diff::{Breaks, Change, Diff, Kind, Level, Told};

/// The most places that a line names.
const PLACES: usize = 6;

/// The fewest changes of the same words that are put into one line.
const TOGETHER: usize = 3;
/// The most new types that are named.
const TYPES: usize = 12;

/// Everything, in the order in which a reader needs it.
pub(super) fn all(diff: &Diff) -> Vec<Section> {
    let told = diff.told();
    let quiet = |wanted: fn(&Change) -> bool| -> Vec<&Change> {
        let quiet = told.iter().filter(|one| !one.breaks.any());
        quiet
            .map(|one| one.change)
            .filter(|change| wanted(change))
            .collect()
    };
    let document = quiet(|change| change.level == Level::Document);
    let mut sections = breaking(diff);
    sections.push(operations::section(diff));
    sections.extend([
        Section::with(
            "Changed operations",
            by_place(&quiet(|change| {
                let new = change.kind == Kind::OperationAdded;
                change.level == Level::Wire && change.group.is_some() && !new
            })),
        ),
        Section::with(
            "Changed data",
            by_place(&quiet(|change| {
                change.level == Level::Wire && change.group.is_none()
            })),
        ),
        Section::with(
            "Deprecated",
            by_place(&quiet(|change| {
                matches!(
                    change.kind,
                    Kind::DeprecationChanged | Kind::RemovalAnnounced
                )
            })),
        ),
        Section::with(
            "Names in Rust",
            rust(&quiet(|change| change.level == Level::Rust)),
        ),
        Section::with("Names in the vendor's document", vendor_names(&document)),
        other_words(&document),
    ]);
    sections.retain(|section| !section.is_empty());
    sections
}

/// What breaks somebody, one line for each; many of the same words are one.
pub(super) fn breaking(diff: &Diff) -> Vec<Section> {
    let told = diff.told();
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
            "Breaking for programs that write or read",
            "What is sent and comes back.",
            Breaks::of(true, true),
        ),
    ];
    let sections = sections.into_iter().map(|(title, note, breaks)| {
        let broken: Vec<&Told<'_>> = told.iter().filter(|one| one.breaks == breaks).collect();
        let mut groups: Vec<(String, Vec<&Told<'_>>)> = Vec::new();
        for one in &broken {
            let words = words(one);
            let alike = |(known, same): &&mut (String, Vec<&Told<'_>>)| {
                let kind = same.first().map(|first| first.change.kind);
                *known == words && kind == Some(one.change.kind)
            };
            match groups.iter_mut().find(alike) {
                Some((_, same)) => same.push(one),
                None => groups.push((words, vec![one])),
            }
        }
        let lines = groups.into_iter().flat_map(|(words, same)| {
            let subjects = same.iter().map(|one| subject(one.change));
            if same.len() >= TOGETHER {
                return vec![format!(
                    "{words}: {}",
                    subjects.collect::<Vec<_>>().join(", ")
                )];
            }
            let lines = same.iter().zip(subjects);
            lines
                .map(|(one, subject)| format!("{subject}: {words}{}", aside(one.change)))
                .collect()
        });
        let mut section = Section::with(&format!("{title} ({})", broken.len()), lines.collect());
        section.blocks.insert(0, Block::Note(note.to_owned()));
        section
    });
    sections.filter(|section| !section.is_empty()).collect()
}

/// What happened, and what follows from it in Rust if that breaks somebody whom the change itself does not.
fn words(told: &Told<'_>) -> String {
    let mut words = phrase(told.change);
    for one in &told.followers {
        if one.breaks.or(told.change.breaks) == told.change.breaks {
            continue;
        }
        let more = match one.kind {
            Kind::VariantRemoved => "; in Rust, the variants are gone too".to_owned(),
            _ => format!("; in Rust, {}", phrase(one)),
        };
        if !words.ends_with(&more) {
            words.push_str(&more);
        }
    }
    words
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

/// In brackets: what a program must look at, where the place does not say it.
fn aside(change: &Change) -> String {
    let named = change.place.part.starts_with(['.', ':']) || !change.at.is_empty();
    if change.level == Level::Rust || change.rust.is_empty() || named {
        return String::new();
    }
    let items: Vec<&str> = change
        .rust
        .iter()
        .map(|item| item.split_once("::").map_or(&**item, |(_, item)| item))
        .map(|item| item.strip_prefix("operations::").unwrap_or(item))
        .collect();
    let method = items.iter().copied().find(|item| is_method(item));
    let shown = method.map_or(items, |method| vec![method]);
    format!(" [{}]", names(&shown, 2))
}

/// `Invoices::search_invoice`: the one of its items that a program calls.
fn is_method(item: &str) -> bool {
    item.split_once("::").is_some_and(|(_, name)| name != "new")
}

/// One line for each place: what is new there together, then everything else.
fn by_place(changes: &[&Change]) -> Vec<String> {
    let mut lines: Vec<(&Change, String, Vec<String>)> = Vec::new();
    for change in changes {
        let new = matches!(change.kind, Kind::ParameterAdded | Kind::FieldAdded);
        let (subject, text) = if new {
            let name = change.place.part.trim_start_matches('.');
            let name = name.split('`').nth(1).unwrap_or(name);
            let kind = change.after.as_deref().unwrap_or_default();
            let subject = format!("`{}`", change.place.of);
            (subject, format!("new `{name}` ({kind})"))
        } else {
            (subject(change), phrase(change))
        };
        match lines.iter_mut().find(|(_, known, _)| *known == subject) {
            Some((_, _, texts)) => texts.push(text),
            None => lines.push((change, subject, vec![text])),
        }
    }
    lines.sort_by(|(one, a, _), (other, b, _)| sorting(one).cmp(&sorting(other)).then(a.cmp(b)));
    let lines = lines.into_iter();
    lines
        .map(|(change, subject, texts)| {
            let deprecation = change.level == Level::Document;
            let aside = if deprecation {
                aside(change)
            } else {
                reach(change)
            };
            format!("{subject}{aside}: {}", joined(&texts))
        })
        .collect()
}

/// Paths without their methods, so that the operations of a path stand together.
fn sorting(change: &Change) -> (&str, &str) {
    let of = &change.place.of;
    let (verb, path) = of.split_once(' ').unwrap_or(("", of));
    (path, verb)
}

/// How many operations meet a schema.
fn reach(change: &Change) -> String {
    match change.operations {
        Some(number) => format!(" ({})", super::count(number, "operation")),
        None => String::new(),
    }
}

/// `new a, b; became required`
fn joined(texts: &[String]) -> String {
    let mut text = String::new();
    for (index, one) in texts.iter().enumerate() {
        match one.strip_prefix("new `").filter(|_| index > 0) {
            Some(rest) => text.push_str(&format!(", `{rest}")),
            None if index > 0 => text.push_str(&format!("; {one}")),
            None => text.push_str(one),
        }
    }
    text
}

/// New names together, the others one by one.
fn rust(changes: &[&Change]) -> Vec<String> {
    let together = [
        (Kind::FacadeAdded, "new groups"),
        (Kind::TypeAdded, "new types"),
        (Kind::EndpointAdded, "new endpoints"),
        (Kind::DefaultGained, "have `Default` now"),
    ];
    let mut lines = Vec::new();
    for (kind, what) in together {
        let found: Vec<&str> = changes
            .iter()
            .filter(|change| change.kind == kind)
            .map(|change| change.place.of.as_str())
            .collect();
        if !found.is_empty() {
            lines.push(format!(
                "{what} ({}): {}",
                found.len(),
                names(&found, TYPES)
            ));
        }
    }
    // The section on deprecation tells of the warning.
    let rest = changes.iter().filter(|change| {
        change.kind != Kind::DeprecatedInRust
            && together.iter().all(|(kind, _)| *kind != change.kind)
    });
    lines.extend(rest.map(|change| format!("{}: {}", subject(change), phrase(change))));
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
