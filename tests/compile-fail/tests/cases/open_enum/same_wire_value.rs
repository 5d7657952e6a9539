//! Two variants with the same value on the wire.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    NotSent,
    #[wire("NOT_SENT")]
    Draft,
}

fn main() {}
