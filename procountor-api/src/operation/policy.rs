//! The static description of an operation.

use std::fmt;

/// The static description of an operation: its method and path, and its policies as data.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The vendor's name of the operation: `searchInvoice`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with placeholders: `/invoices/{invoiceId}`.
    pub path: &'static str,
    /// The statuses of successful responses.
    pub statuses: &'static [u16],
    /// Whether a person must confirm the operation with a second factor.
    pub two_factor: bool,
    /// The retry policy.
    pub retry: Retry,
    /// The order in which calls take permits of the rate limit.
    pub rate_limit: RateLimitPolicy,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method.as_str(), self.path)
    }
}

/// An HTTP method that this API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "HTTP defines them")]
pub enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
}

impl Method {
    /// Returns the name of the method.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GET => "GET",
            Self::POST => "POST",
            Self::PUT => "PUT",
            Self::PATCH => "PATCH",
            Self::DELETE => "DELETE",
        }
    }
}

/// The retry policy of an operation. [`retry::TABLE`](crate::retry::TABLE) has its effect after each failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The operation only reads. It is retried after a lost connection, a timeout, 429 and 5xx.
    Safe,
    /// Sending the operation twice has the effect of sending it once. It is retried like `Safe`.
    Idempotent,
    /// The operation creates or starts something. It is retried only if the request cannot have reached the server.
    OnlyIfUnsent,
    /// The operation is never retried.
    Never,
}

/// The order in which an operation takes a permit of the company's rate limit. All operations share one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimitPolicy {
    /// Calls wait in a fair queue.
    Queued,
    /// Calls take the next permit, before all queued calls.
    Priority,
}

/// The paging parameters of a search.
#[derive(Debug, PartialEq, Eq)]
pub struct Paging {
    /// The member of the response that has the rows, by its name on the wire.
    pub rows: &'static str,
    /// Whether the search can page by number.
    pub page: bool,
    /// The parameters of paging by key, if the search supports it.
    pub keyset: Option<Keyset>,
    /// Maximum number of rows in a page.
    pub max_size: u32,
}

/// Paging by the key of the last row. All names are those on the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyset {
    /// The parameter for the key of the last row.
    pub parameter: &'static str,
    /// The parameter for the order of the rows.
    pub order: &'static str,
    /// The member of a row that is its key.
    pub key: &'static str,
}
