//! Mistakes in several variants. All are reported.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    Empty = 1,
    Sent(String),
    #[wire("SENT")]
    Delivered,
    Unrecognized,
}

fn main() {}
