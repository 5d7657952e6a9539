//! Two values for one variant.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    #[wire("SENT")]
    #[wire("sent")]
    Sent,
}

fn main() {}
