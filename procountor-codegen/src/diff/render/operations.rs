//! New operations by group, with a line for each path.

use super::{Block, Section};
use crate::diff::{Change, Diff, Kind, Level};

const VERBS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Returns the new operations by group, sorted by path.
pub(super) fn by_group(diff: &Diff) -> Vec<(&str, Vec<&Change>)> {
    let mut groups: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in diff.of(Level::Wire, Kind::OperationAdded) {
        let group = change.group.as_deref().unwrap_or_default();
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, changes)) => changes.push(change),
            None => groups.push((group, vec![change])),
        }
    }
    groups.sort_by_key(|(name, _)| *name);
    for (_, changes) in &mut groups {
        changes.sort_by_key(|change| {
            let (verb, path) = change.subject.item.split_once(' ').unwrap_or_default();
            (path, VERBS.iter().position(|known| *known == verb))
        });
    }
    groups
}

pub(super) fn section(diff: &Diff) -> Section {
    let groups = by_group(diff);
    let number: usize = groups.iter().map(|(_, changes)| changes.len()).sum();
    let mut section = Section::new(format!("New operations ({number})"));
    for (group, changes) in groups {
        let heading = format!("{group} ({})", changes.len());
        section.blocks.push(Block::Heading(heading));
        section
            .blocks
            .extend(paths(&changes).into_iter().map(Block::Line));
    }
    section
}

/// Returns lines such as ``/payrolls/salarylists`: GET `get_salary_lists`, POST `insert_salary_list` ``.
fn paths(changes: &[&Change]) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for change in changes {
        let (verb, path) = change.subject.item.split_once(' ').unwrap_or_default();
        // Method and name stay on one line.
        let call = format!("{verb}\u{a0}`{}`", method(change));
        match lines.iter_mut().find(|(known, _)| *known == path) {
            Some((_, calls)) => calls.push(call),
            None => lines.push((path, vec![call])),
        }
    }
    lines
        .into_iter()
        .map(|(path, calls)| format!("`{path}`: {}", calls.join(", ")))
        .collect()
}

/// Returns the Rust method of a new operation: `search_invoice`.
pub(super) fn method(change: &Change) -> &str {
    let path = change.rust.get(1).map_or("", String::as_str);
    path.rsplit("::").next().unwrap_or_default()
}
