//! The sections of a report. A change in Rust or in the document that follows from the wire is not listed again.

use super::phrase::{self, phrase};
use super::{Block, Section, names, operations};
use crate::diff::{Breaks, Change, ChangeGroup, Diff, Kind, Level};

/// The number of subjects that a line names.
const MAX_SUBJECTS: usize = 6;

/// The number of changes with the same description from which they share a line.
const MIN_SHARED: usize = 3;
/// The number of new types that a line names.
const MAX_TYPES: usize = 12;

/// Returns all sections.
pub(super) fn all(diff: &Diff) -> Vec<Section> {
    let groups = diff.grouped();
    let quiet = |wanted: fn(&Change) -> bool| -> Vec<&Change> {
        let quiet = groups.iter().filter(|one| !one.breaks.any());
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
            by_subject(&quiet(|change| {
                let new = change.kind == Kind::OperationAdded;
                change.level == Level::Wire && change.group.is_some() && !new
            })),
        ),
        Section::with(
            "Changed schemas",
            by_subject(&quiet(|change| {
                change.level == Level::Wire && change.group.is_none()
            })),
        ),
        Section::with(
            "Deprecated",
            by_subject(&quiet(|change| {
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
        other_declarations(&document),
    ]);
    sections.retain(|section| !section.is_empty());
    sections
}

/// Returns the sections of breaking changes. Several changes with the same description share a line.
pub(super) fn breaking(diff: &Diff) -> Vec<Section> {
    let all = diff.grouped();
    let sections = [
        (
            "Breaking for programs that write",
            "Changes to requests, or to the Rust code that builds them.",
            Breaks::WRITES,
        ),
        (
            "Breaking for programs that read",
            "Changes to responses, or to the Rust code that reads them.",
            Breaks::READS,
        ),
        (
            "Breaking for programs that write or read",
            "Changes to requests and responses alike.",
            Breaks::of(true, true),
        ),
    ];
    let sections = sections.into_iter().map(|(title, note, breaks)| {
        let broken: Vec<&ChangeGroup<'_>> = all.iter().filter(|one| one.breaks == breaks).collect();
        let mut groups: Vec<(String, Vec<&ChangeGroup<'_>>)> = Vec::new();
        for one in &broken {
            let words = description(one);
            let alike = |(known, same): &&mut (String, Vec<&ChangeGroup<'_>>)| {
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
            if same.len() >= MIN_SHARED {
                return vec![format!(
                    "{words}: {}",
                    subjects.collect::<Vec<_>>().join(", ")
                )];
            }
            let lines = same.iter().zip(subjects);
            lines
                .map(|(one, subject)| format!("{subject}: {words}{}", rust_item(one.change)))
                .collect()
        });
        let mut section = Section::with(&format!("{title} ({})", broken.len()), lines.collect());
        section.blocks.insert(0, Block::Note(note.to_owned()));
        section
    });
    sections.filter(|section| !section.is_empty()).collect()
}

/// Returns the description of a change, and of its consequences in Rust if they break more programs.
fn description(group: &ChangeGroup<'_>) -> String {
    let mut words = phrase(group.change);
    for one in &group.consequences {
        if one.breaks.or(group.change.breaks) == group.change.breaks {
            continue;
        }
        let more = match one.kind {
            Kind::VariantRemoved => "; in Rust, the variants are removed too".to_owned(),
            _ => format!("; in Rust, {}", phrase(one)),
        };
        if !words.ends_with(&more) {
            words.push_str(&more);
        }
    }
    words
}

fn subject(change: &Change) -> String {
    let mut text = phrase::subject(&change.subject);
    if !change.at.is_empty() {
        let at: Vec<String> = change.at.iter().map(ToString::to_string).collect();
        let at: Vec<String> = at.iter().map(|one| one.replace('`', "")).collect();
        text.push_str(&format!(" ({})", names(&at, 2)));
    }
    text
}

/// Returns the affected Rust item in brackets, if the subject does not name it.
fn rust_item(change: &Change) -> String {
    let named = change.subject.part.starts_with(['.', ':']) || !change.at.is_empty();
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

/// Returns whether an item is a method of a facade: `Invoices::search_invoice`.
fn is_method(item: &str) -> bool {
    item.split_once("::")
        .is_some_and(|(owner, name)| owner != "operations" && name != "new")
}

/// Returns a line for each subject: its new parts together, then everything else.
fn by_subject(changes: &[&Change]) -> Vec<String> {
    let mut lines: Vec<(&Change, String, Vec<String>)> = Vec::new();
    for change in changes {
        let new = matches!(change.kind, Kind::ParameterAdded | Kind::FieldAdded);
        let (subject, text) = if new {
            let name = change.subject.part.trim_start_matches('.');
            let name = name.split('`').nth(1).unwrap_or(name);
            let kind = change.after.as_deref().unwrap_or_default();
            let subject = format!("`{}`", change.subject.item);
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
                rust_item(change)
            } else {
                operations_using(change)
            };
            format!("{subject}{aside}: {}", joined(&texts))
        })
        .collect()
}

/// Sorts by path before method, so that the operations of a path are together.
fn sorting(change: &Change) -> (&str, &str) {
    let of = &change.subject.item;
    let (verb, path) = of.split_once(' ').unwrap_or(("", of));
    (path, verb)
}

/// Returns the number of operations that use a schema.
fn operations_using(change: &Change) -> String {
    match change.operations {
        Some(number) => format!(" ({})", super::count(number, "operation")),
        None => String::new(),
    }
}

/// Joins descriptions: `new a, b; became required`.
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

/// Returns the changes in Rust: new items of a kind in one line, other changes one by one.
fn rust(changes: &[&Change]) -> Vec<String> {
    let together = [
        (Kind::FacadeAdded, "new groups"),
        (Kind::TypeAdded, "new types"),
        (Kind::EndpointAdded, "new endpoints"),
        (Kind::DefaultGained, "types that gained `Default`"),
    ];
    let mut lines = Vec::new();
    for (kind, what) in together {
        let found: Vec<&str> = changes
            .iter()
            .filter(|change| change.kind == kind)
            .map(|change| change.subject.item.as_str())
            .collect();
        if !found.is_empty() {
            lines.push(format!(
                "{what} ({}): {}",
                found.len(),
                names(&found, MAX_TYPES)
            ));
        }
    }
    // Deprecation has its own section.
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
        .map(|change| format!("{}: {}", phrase::subject(&change.subject), phrase(change)))
        .collect();
    for (kind, what) in [
        (Kind::SchemaRemoved, "removed schemas"),
        (Kind::SchemaAdded, "new schemas"),
    ] {
        let found: Vec<&str> = changes
            .iter()
            .filter(|change| change.kind == kind)
            .map(|change| change.subject.item.as_str())
            .collect();
        if !found.is_empty() {
            lines.push(format!(
                "{what} ({}): {}",
                found.len(),
                names(&found, MAX_SUBJECTS)
            ));
        }
    }
    lines
}

/// Returns the changes of the document that do not change the wire. Equal descriptions share a line.
fn other_declarations(changes: &[&Change]) -> Section {
    let listed = [
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
    for change in changes
        .iter()
        .filter(|change| !listed.contains(&change.kind))
    {
        let response = matches!(
            change.kind,
            Kind::ResponseAdded | Kind::ResponseRemoved | Kind::ResponseChanged
        );
        let (words, subject) = match change.kind {
            Kind::FieldLimits | Kind::ParameterLimits => (
                "other limits, without effect".to_owned(),
                change.subject.to_string(),
            ),
            Kind::ParameterWidth => (phrase(change), change.subject.to_string()),
            _ if response => (
                format!("{}: {}", change.subject.part, phrase(change)),
                change.subject.item.clone(),
            ),
            _ => (phrase(change), change.subject.to_string()),
        };
        let subject = subject.replace('`', "");
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, subjects)) => subjects.push(subject),
            None => groups.push((words, vec![subject])),
        }
    }
    let lines = groups.into_iter();
    let lines =
        lines.map(|(words, subjects)| format!("{words}: {}", names(&subjects, MAX_SUBJECTS)));
    let mut section = Section::with(
        "Declared differently, identical on the wire",
        lines.collect(),
    );
    let note = "Error responses, and differences that the overlays remove.";
    section.blocks.insert(0, Block::Note(note.to_owned()));
    section
}
