//! The policies of an operation: who may call it, how it pages, when it may be sent again, how it waits for the rate limit.
//! They come from rules in `spec/policies.yaml` and those that a version brought; a rule that matches nothing in any
//! version is an error.

mod rules;

use serde::Deserialize;

use crate::diagnostic::Diagnostics;
use crate::layers::{Shared, Source};
use crate::model::Api;

/// Sets the policy of every operation by the rules. Every operation must be decided.
pub(crate) fn apply(
    api: &mut Api,
    sources: &[Source],
    shared: &mut Shared,
) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let mut rules = Vec::new();
    for source in sources {
        rules.extend(rules::read(source, &mut diagnostics));
    }
    let Some(base) = sources.first() else {
        diagnostics.file(
            "spec/policies.yaml",
            "there is no such file",
            "write the rules",
        );
        return Err(diagnostics);
    };
    // Rules that cannot be read would decide; what the others leave open says nothing.
    if diagnostics.0.is_empty() {
        rules::apply(api, &rules, &base.name, shared, &mut diagnostics);
    }
    diagnostics.or_value(())
}

/// What the runtime obeys when it calls an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Who may call it.
    pub access: Access,
    /// How its rows are reached, where it has rows.
    pub paging: Option<Paging>,
    /// When it may be sent again.
    pub retry: Retry,
    /// The order in which it takes a permit of the rate limit.
    pub rate_limit: RateLimit,
}

impl Policy {
    /// What the document alone says, before the rules decide.
    pub(crate) fn undecided(two_factor: bool) -> Self {
        Self {
            access: if two_factor {
                Access::TwoFactor
            } else {
                Access::Any
            },
            paging: None,
            retry: Retry::Never,
            rate_limit: RateLimit::Queued,
        }
    }
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Every credential.
    Any,
    /// A person who confirms it with a second factor.
    TwoFactor,
}

/// When an operation may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// It only reads.
    Safe,
    /// Sent twice, it does what it does once.
    Idempotent,
    /// Only when the request cannot have arrived.
    Unsent,
    /// Never.
    Never,
}

/// The order in which an operation takes a permit of the company's rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimit {
    /// After the calls that waited before it.
    Queued,
    /// Before all queued calls.
    Priority,
}

/// How the rows of a search are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The wire name of the list in the answer: `results`.
    pub rows: String,
    /// The schema of a row.
    pub row: String,
    /// Whether there are `page` and `size`.
    pub page: bool,
    /// The keyset, where there is one.
    pub keyset: Option<Keyset>,
    /// The most rows of a page.
    pub max_size: u32,
}

/// Paging by the key of the last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyset {
    /// The wire name of the parameter that takes the last row's key: `previousId`.
    pub parameter: String,
    /// The wire name of the parameter that sets the order: `orderById`.
    pub order: String,
    /// The wire name of the row's key: `id`.
    pub key: String,
}
