//! Reports of changes: as text, Markdown and JSON.

mod json;
mod markdown;
mod operations;
mod phrase;
mod sections;
mod text;

pub use json::json;
pub use markdown::{markdown, summary_markdown};
pub use text::text;

use super::{Breaks, Diff, Kind, Level};

/// A section of a report. Names are in backticks.
struct Section {
    title: String,
    blocks: Vec<Block>,
}

enum Block {
    /// The introduction of the section.
    Note(String),
    /// A heading inside the section.
    Heading(String),
    /// One change, or all changes of one subject.
    Line(String),
}

impl Section {
    fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            blocks: Vec::new(),
        }
    }

    fn with(title: &str, lines: Vec<String>) -> Self {
        let mut section = Self::new(title);
        section.blocks.extend(lines.into_iter().map(Block::Line));
        section
    }

    fn is_empty(&self) -> bool {
        !self
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Line(_)))
    }
}

/// Returns `1 new operation`, `2 new operations`.
fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// Lists names in backticks, at most `most` of them.
fn names<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown = names.iter().take(most);
    let mut text = shown
        .map(|name| format!("`{}`", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > most {
        text.push_str(&format!(" and {} more", names.len() - most));
    }
    text
}

/// Returns a summary of all changes in one sentence.
pub fn summary(diff: &Diff) -> String {
    if diff.changes.is_empty() {
        return format!("{} -> {}: nothing changed", diff.from, diff.to);
    }
    let of = |kind| diff.of(Level::Wire, kind).count();
    let mut parts = Vec::new();
    for (kind, what) in [
        (Kind::OperationAdded, "new operation"),
        (Kind::OperationRemoved, "removed operation"),
    ] {
        let number = of(kind);
        if number > 0 {
            parts.push(count(number, what));
        }
    }
    let groups = diff.grouped();
    let broken = |who: fn(Breaks) -> bool| groups.iter().filter(|one| who(one.breaks)).count();
    let (writes, reads) = (broken(|one| one.writes), broken(|one| one.reads));
    parts.push(if writes + reads == 0 {
        "no breaking changes".to_owned()
    } else {
        let verb = |number| if number == 1 { "breaks" } else { "break" };
        format!(
            "{} {} programs that write, {reads} {} programs that read",
            count(writes, "change"),
            verb(writes),
            verb(reads)
        )
    });
    let harmless = groups.iter().filter(|one| {
        let wire = one.change.level == Level::Wire && one.change.kind != Kind::OperationAdded;
        wire && !one.breaks.any()
    });
    parts.push(format!(
        "{} on the wire",
        count(harmless.count(), "other change")
    ));
    format!("{} -> {}: {}", diff.from, diff.to, parts.join("; "))
}
