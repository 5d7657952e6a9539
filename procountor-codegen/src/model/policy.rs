//! The policies of an operation, which the runtime follows when it calls the operation.

use serde::Deserialize;

/// The policies of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The credentials that can call the operation.
    pub access: Access,
    /// The paging scheme, for a search.
    pub paging: Option<Paging>,
    /// The conditions for another attempt.
    pub retry: Retry,
    /// The rate limit that calls count against.
    pub rate_limit: RateLimit,
}

impl Policy {
    /// Returns the policies that follow from the document alone, before the rules are applied.
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

/// The credentials that can call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Every credential.
    Any,
    /// The credential of a person, who confirms the call with a second factor.
    TwoFactor,
}

/// The conditions under which an operation is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// After any temporary error: the operation only reads.
    Safe,
    /// After any temporary error: two requests have the same effect as one.
    Idempotent,
    /// Only if the request cannot have reached the server.
    OnlyIfUnsent,
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

/// The paging scheme of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The wire name of the list of rows in the response: `results`.
    pub rows: String,
    /// The schema of a row.
    pub row: String,
    /// Whether the search takes a `page` number.
    pub page: bool,
    /// The keyset parameters, if the search has them.
    pub keyset: Option<Keyset>,
    /// The largest page size.
    pub max_size: u32,
}

/// The parameters of a search that continues after the key of the last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyset {
    /// The wire name of the parameter for the last row's key: `previousId`.
    pub parameter: String,
    /// The wire name of the parameter for the sort order: `orderById`.
    pub order: String,
    /// The wire name of the row's key: `id`.
    pub key: String,
}
