//! The endpoint traits.

use std::fmt;

use super::{FromResponse, Operation, Paging};
use crate::wire::{Reflect, Wire, copy_fields};

/// An operation of the API with the values of its parameters. Implemented by `#[endpoint]`.
pub trait Endpoint: Reflect + fmt::Debug + Send + Sync + Sized + 'static {
    /// The type of a successful response.
    type Output: FromResponse;
    /// The access that the operation requires: [`AnyAccess`](super::AnyAccess) or [`TwoFactor`](super::TwoFactor).
    type Access;
    /// The versions that have the operation.
    type Versions;

    /// The static description of the operation.
    const OPERATION: &'static Operation;

    /// Returns the operation without values, for the decoder.
    #[doc(hidden)]
    fn empty() -> Self;
}

/// A search: an operation that returns rows in pages.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not return pages",
    label = "this operation is not a search",
    note = "call `.send()` instead; `.rows()` and `.pages()` are for searches"
)]
pub trait Paged: Endpoint {
    /// The type of a row.
    type Row: Wire;

    /// The parameters of paging.
    const PAGING: &'static Paging;
}

/// Clones an endpoint.
pub fn copy_endpoint<E: Endpoint>(from: &E) -> E {
    let mut copy = E::empty();
    copy_fields(from, &mut copy);
    copy
}
