//! `#[open_enum]` on a struct.

use procountor_macros::open_enum;

#[open_enum]
pub struct InvoiceStatus {
    pub name: String,
}

fn main() {}
