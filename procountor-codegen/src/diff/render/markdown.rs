//! The report as Markdown: complete, or as a short entry of a changelog.

use super::{Block, Section, count, names, operations, sections, summary};
use crate::diff::{Diff, Kind, Level};

/// Returns all changes as Markdown.
pub fn markdown(diff: &Diff) -> String {
    let mut text = format!("# Procountor API, from {} to {}\n", diff.from, diff.to);
    for section in sections::all(diff) {
        write(&mut text, section, "##");
    }
    text.push_str(&format!("\n{}.\n", summary(diff)));
    text
}

/// Returns an entry of a changelog without its heading: the counts, breaking changes, and new operations by group.
pub fn summary_markdown(diff: &Diff) -> String {
    let mut text = format!("{}.\n", summary(diff));
    for section in sections::breaking(diff) {
        write(&mut text, section, "###");
    }
    let number = diff.of(Level::Wire, Kind::OperationAdded).count();
    if number > 0 {
        text.push_str(&format!("\n### {}\n\n", count(number, "new operation")));
        for (group, changes) in operations::by_group(diff) {
            let methods: Vec<&str> = changes
                .iter()
                .map(|change| operations::method(change))
                .collect();
            text.push_str(&format!("- {group}: {}\n", names(&methods, usize::MAX)));
        }
    }
    text
}

fn write(to: &mut String, section: Section, level: &str) {
    to.push_str(&format!("\n{level} {}\n\n", section.title));
    let mut list = false;
    for block in section.blocks {
        match block {
            Block::Note(note) => to.push_str(&format!("{note}\n\n")),
            Block::Heading(heading) => {
                let before = if list { "\n" } else { "" };
                to.push_str(&format!("{before}{level}# {heading}\n\n"));
            }
            Block::Line(line) => {
                to.push_str(&format!("- {}\n", line.replace('\u{a0}', " ")));
                list = true;
            }
        }
    }
}
