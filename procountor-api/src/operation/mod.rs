//! Operations as data: endpoints, their policies, requests and responses.

mod access;
mod context;
mod multipart;
mod request;
mod response;
mod version;
mod visit;

use std::fmt;

use crate::wire::{Reflect, Wire, copy_fields};

pub use access::{Access, AnyAccess, CanCall, M2m, NoCredentials, OnBehalf, TwoFactor};
pub use context::Attempt;
pub(crate) use context::{ClientInfo, ErrorContext};
pub use multipart::{Binary, Mixed};
pub use request::HeaderEncoding;
pub(crate) use request::{Prepared, bearer, prepare, secrets_of, uri};
pub use response::{Batch, FromResponse, RawResponse};
pub use version::{
    AnyVersion, Between, Except, InRange, Lifecycle, MissingGroup, MissingOperation,
    MissingParameter, Only, Since, Supports, Version,
};
pub(crate) use version::{Differs, NotBefore};
pub use visit::{VersionVisitor, Visitor, endpoint_from_json};

/// An operation of the API, with the values of its parameters. Implemented by `#[endpoint]`.
pub trait Endpoint: Reflect + fmt::Debug + Send + Sync + Sized + 'static {
    /// What it answers.
    type Output: FromResponse;
    /// Who may call it.
    type Access;
    /// Which versions have it.
    type Versions;

    /// What is known of it before it is called.
    const OPERATION: &'static Operation;

    /// The operation without the values of its parameters, to be filled.
    #[doc(hidden)]
    fn empty() -> Self;
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
    let mut copy = E::empty();
    copy_fields(from, &mut copy);
    copy
}
