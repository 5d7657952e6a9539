//! A variant with a discriminant.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    Empty,
    Sent = 7,
}

fn main() {}
