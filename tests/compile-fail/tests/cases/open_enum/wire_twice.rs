//! A variant with two wire values.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    #[wire("SENT")]
    #[wire("sent")]
    Sent,
}

fn main() {}
