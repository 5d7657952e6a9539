//! A change between two versions.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::kind::Kind;

/// The level of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The HTTP messages.
    Wire,
    /// The public API of the generated source.
    Rust,
    /// The vendor's document, without overlays.
    Document,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Wire, Self::Rust, Self::Document];

    /// Returns the name: `wire`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Rust => "rust",
            Self::Document => "document",
        }
    }
}

/// The programs that a change breaks: on the wire, programs that stay on the old version; in Rust, programs that do not
/// compile with the new one. Changes of the document alone do not break programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Breaks {
    /// Programs that read responses.
    pub reads: bool,
    /// Programs that send parameters and bodies.
    pub writes: bool,
}

impl Breaks {
    pub(super) const NONE: Self = Self::of(false, false);
    pub(super) const READS: Self = Self::of(true, false);
    pub(super) const WRITES: Self = Self::of(false, true);

    pub(super) const fn of(reads: bool, writes: bool) -> Self {
        Self { reads, writes }
    }

    /// Returns whether any program breaks.
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

/// The item that a change is about, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The operation or type: `GET /invoices`, `Invoice`.
    pub item: String,
    /// The part of it: ``query `dueStartDate` ``, `.creatorId`; empty for the item itself.
    pub part: String,
}

impl Subject {
    pub(super) fn whole(item: impl Into<String>) -> Self {
        Self::part(item, "")
    }

    pub(super) fn part(item: impl Into<String>, part: impl Into<String>) -> Self {
        Self {
            item: item.into(),
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

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = self.part.is_empty() || self.part.starts_with(['.', ':']);
        let space = if joined { "" } else { " " };
        write!(f, "{}{space}{}", self.item, self.part)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The id, a hash of level, kind, subject, before and after.
    pub id: String,
    /// The level.
    pub level: Level,
    /// The kind of change.
    pub kind: Kind,
    /// The item that changed, or a part of it.
    #[serde(rename = "place")]
    pub subject: Subject,
    /// The old value, if there is one.
    pub before: Option<String>,
    /// The new value, if there is one.
    pub after: Option<String>,
    /// The programs that it breaks.
    pub breaks: Breaks,
    /// The tag of the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The number of operations in both versions that it affects, for a change that is not about one operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<usize>,
    /// The uses of an enum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<Subject>,
    /// The affected Rust items: `v2604::SearchInvoice::due_start_date`.
    pub rust: Vec<String>,
    /// The id of the wire change that causes this one or is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

impl Change {
    pub(super) fn new(
        level: Level,
        kind: Kind,
        subject: Subject,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        let id = id(level, kind, &subject, before.as_deref(), after.as_deref());
        Self {
            id,
            level,
            kind,
            subject,
            before,
            after,
            breaks: Breaks::NONE,
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

/// Returns 12 hexadecimal digits. An absent value gives another id than an empty one.
fn id(
    level: Level,
    kind: Kind,
    subject: &Subject,
    before: Option<&str>,
    after: Option<&str>,
) -> String {
    let mut hash = Sha256::new();
    let subject = subject.to_string();
    let fields = [
        Some(level.name()),
        Some(kind.name()),
        Some(&*subject),
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
