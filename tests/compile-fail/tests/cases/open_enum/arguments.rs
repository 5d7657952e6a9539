//! Arguments of `#[open_enum]`, which does not take any.

use procountor_macros::open_enum;

#[open_enum(rename_all = "lowercase")]
pub enum InvoiceStatus {
    Sent,
}

fn main() {}
