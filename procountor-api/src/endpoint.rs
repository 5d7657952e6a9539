//! What an operation is to the runtime: data that the pipeline reads, and the types around it.

use std::fmt;

use crate::reply::Reply;
use crate::wire::{DecodeError, FieldsMut, Record, Wire, copy_slots, members};

/// An operation of the API, with the values of its parameters. Implemented by `#[endpoint]`.
pub trait Endpoint: Record + fmt::Debug + Send + Sync + Sized + 'static {
    /// What it answers.
    type Output: Reply;
    /// Who may call it.
    type Access;
    /// Which versions have it.
    type Versions;

    /// What is known of it before it is called.
    const OPERATION: &'static Operation;

    /// The operation without the values of its parameters, to be filled.
    #[doc(hidden)]
    fn blank() -> Self;
}

/// An operation whose answer has rows, page after page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pages: its answer comes whole",
    label = "this operation does not page",
    note = "call `.send()` instead; `.rows()` and `.pages()` are for searches"
)]
pub trait Paged: Endpoint {
    /// One row.
    type Row: Wire;

    /// How the rows are reached.
    const PAGING: &'static Paging;
}

/// What is known of an operation before it is called: its policies are data that can be printed, tested and overridden.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The vendor's name for it: `searchInvoice`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with placeholders: `/invoices/{invoiceId}`.
    pub path: &'static str,
    /// The statuses of its answers.
    pub answers: &'static [u16],
    /// Whether a person must confirm it with a second factor.
    pub two_factor: bool,
    /// When it may be sent again.
    pub retry: Retry,
    /// What limits its rate.
    pub rate_limit: RateLimited,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method.as_str(), self.path)
    }
}

/// The methods of this API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what HTTP says they are")]
pub enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
}

impl Method {
    /// As it is written in a request.
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

/// When an operation may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It only reads: after a lost connection, a timeout, 429 and 5xx.
    Safe,
    /// Sent twice, it does what it does once: as `Safe`.
    Idempotent,
    /// It creates, or starts something: only when the request cannot have arrived.
    Unsent,
    /// Never.
    Never,
}

/// What limits the rate of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimited {
    /// The limit of the company that the credential belongs to.
    Company,
}

/// How the rows of a search are reached.
#[derive(Debug, PartialEq, Eq)]
pub struct Paging {
    /// The list in the answer, as it is on the wire.
    pub rows: &'static str,
    /// Whether pages have numbers.
    pub page: bool,
    /// The keyset, where there is one.
    pub keyset: Option<Keyset>,
    /// The most rows of a page.
    pub max_size: u32,
}

/// Paging by the key of the last row. All names are those on the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyset {
    /// The parameter that takes the key of the last row.
    pub parameter: &'static str,
    /// The parameter that sets the order of the rows.
    pub order: &'static str,
    /// The member of a row that is its key.
    pub key: &'static str,
}

/// Copies an endpoint, parameter by parameter.
pub fn copy_endpoint<E: Endpoint>(from: &E) -> E {
    let mut copy = E::blank();
    copy_slots(from, &mut copy);
    copy
}

/// Makes an endpoint from a JSON object of its parameters, by their names on the wire; the body is a parameter too.
///
/// # Errors
/// A parameter is of another type, is missing and cannot be left out, or is not one of this endpoint.
pub fn endpoint_from_json<E: Endpoint>(json: &str) -> Result<E, DecodeError> {
    let mut endpoint = E::blank();
    let members = members(json)?;
    let FieldsMut { table, slots } = endpoint.fields_mut();
    for column in table.columns() {
        if column.required && !members.iter().any(|(name, _)| name == column.name) {
            return Err(DecodeError::new("a value", "").in_member(column.name));
        }
    }
    for (name, json) in members {
        let Some(index) = table.position(&name, 0) else {
            return Err(DecodeError::new("no such parameter", json).in_member(&name));
        };
        slots[index]
            .decode(json, 0)
            .map_err(|error| error.in_member(&name))?;
    }
    drop(slots);
    Ok(endpoint)
}
