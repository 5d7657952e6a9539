//! Variants with data.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    Empty,
    Sent(String),
    Paid { on: String },
}

fn main() {}
