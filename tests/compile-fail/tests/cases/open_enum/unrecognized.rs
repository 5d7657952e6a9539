//! A variant with the name of the one that the macro adds.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    Sent,
    Unrecognized,
}

fn main() {}
