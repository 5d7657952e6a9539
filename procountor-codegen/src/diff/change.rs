//! A change: what, where, from what to what, and whom it breaks.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::kind::Kind;

/// Of what a change speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// What goes over the line.
    Wire,
    /// What the generated source offers.
    Rust,
    /// What the vendor's document says, before the overlay.
    Document,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Wire, Self::Rust, Self::Document];

    /// As it is written: `wire`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Rust => "rust",
            Self::Document => "document",
        }
    }
}

/// Whom a change breaks. On the wire: who stays with the old version. In Rust: whose program does not compile with the
/// new one. A change of the document breaks nobody; what it means stands beside it at the other levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Breaks {
    /// A program that reads: it understands answers.
    pub reads: bool,
    /// A program that writes: it sends parameters and bodies.
    pub writes: bool,
}

impl Breaks {
    pub(super) const NOBODY: Self = Self::of(false, false);
    pub(super) const READS: Self = Self::of(true, false);
    pub(super) const WRITES: Self = Self::of(false, true);

    pub(super) const fn of(reads: bool, writes: bool) -> Self {
        Self { reads, writes }
    }

    /// Whether anybody is broken.
    pub fn any(self) -> bool {
        self.reads || self.writes
    }

    pub(super) fn and(self, also: Self) -> Self {
        Self::of(self.reads && also.reads, self.writes && also.writes)
    }

    pub(super) fn or(self, also: Self) -> Self {
        Self::of(self.reads || also.reads, self.writes || also.writes)
    }
}

/// Where a change is: something, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// `GET /invoices`, or `Invoice`.
    pub of: String,
    /// ``query `dueStartDate` ``, or `.creatorId`; or nothing, when it is the thing itself.
    pub part: String,
}

impl Place {
    pub(super) fn whole(of: impl Into<String>) -> Self {
        Self::part(of, "")
    }

    pub(super) fn part(of: impl Into<String>, part: impl Into<String>) -> Self {
        Self {
            of: of.into(),
            part: part.into(),
        }
    }

    pub(super) fn parameter(operation: &str, location: &str, name: &str) -> Self {
        Self::part(operation, format!("{location} `{name}`"))
    }

    pub(super) fn field(schema: &str, field: &str) -> Self {
        Self::part(schema, format!(".{field}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = self.part.is_empty() || self.part.starts_with(['.', ':']);
        let space = if joined { "" } else { " " };
        write!(f, "{}{space}{}", self.of, self.part)
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Made of level, kind, place, before and after: it is the same as long as they are, whatever else changes.
    pub id: String,
    /// Of what it speaks.
    pub level: Level,
    /// What happened.
    pub kind: Kind,
    /// Where.
    pub place: Place,
    /// What it was, where there is something to compare.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
    /// Whom it breaks.
    pub breaks: Breaks,
    /// The tag of the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How many operations of both versions it concerns, where that is not just the one at its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<usize>,
    /// Where an enum is used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<Place>,
    /// The Rust items that it concerns: `v2604::SearchInvoice::due_start_date`.
    pub rust: Vec<String>,
    /// The id of the wire change that says the same, or from which this follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

impl Change {
    pub(super) fn new(
        level: Level,
        kind: Kind,
        place: Place,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        let id = id(level, kind, &place, before.as_deref(), after.as_deref());
        Self {
            id,
            level,
            kind,
            place,
            before,
            after,
            breaks: Breaks::NOBODY,
            group: None,
            operations: None,
            at: Vec::new(),
            rust: Vec::new(),
            follows: None,
        }
    }

    pub(super) fn breaks(self, breaks: Breaks) -> Self {
        Self { breaks, ..self }
    }

    pub(super) fn rust(self, rust: Vec<String>) -> Self {
        Self { rust, ..self }
    }

    pub(super) fn group(self, group: &str) -> Self {
        Self {
            group: Some(group.to_owned()),
            ..self
        }
    }
}

/// 12 hexadecimal digits. What is absent is not the same as what is empty.
fn id(
    level: Level,
    kind: Kind,
    place: &Place,
    before: Option<&str>,
    after: Option<&str>,
) -> String {
    let mut hash = Sha256::new();
    let place = place.to_string();
    let fields = [
        Some(level.name()),
        Some(kind.name()),
        Some(&*place),
        before,
        after,
    ];
    for field in fields {
        match field {
            Some(text) => hash.update(format!("={}:{text}", text.len())),
            None => hash.update("-"),
        }
    }
    let digits = hash.finalize();
    digits[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
