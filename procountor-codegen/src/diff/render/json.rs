//! The report as JSON: every change, then the counts.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::diff::{Change, Diff, Kind, Level};

#[derive(Serialize)]
struct Document<'a> {
    from: &'a str,
    to: &'a str,
    changes: &'a [Change],
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    total: usize,
    by_level: Map<String, Value>,
    /// By level, since several levels can have the same kind.
    by_kind: Map<String, Value>,
    breaking_reads: usize,
    breaking_writes: usize,
}

/// Returns all changes as JSON, with `counts` last. A breaking change on the wire and in Rust is counted once.
pub fn json(diff: &Diff) -> String {
    let document = Document {
        from: &diff.from,
        to: &diff.to,
        changes: &diff.changes,
        counts: counts(diff),
    };
    // Text, numbers and lists always serialize.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn counts(diff: &Diff) -> Counts {
    let (mut by_level, mut by_kind) = (Map::new(), Map::new());
    for level in Level::ALL {
        by_level.insert(level.name().to_owned(), diff.level(level).count().into());
        let mut kinds = Map::new();
        for kind in Kind::ALL {
            let count = diff.of(level, *kind).count();
            if count > 0 {
                kinds.insert(kind.name().to_owned(), count.into());
            }
        }
        by_kind.insert(level.name().to_owned(), kinds.into());
    }
    Counts {
        total: diff.changes.len(),
        by_level,
        by_kind,
        breaking_reads: diff.grouped().iter().filter(|one| one.breaks.reads).count(),
        breaking_writes: diff
            .grouped()
            .iter()
            .filter(|one| one.breaks.writes)
            .count(),
    }
}
