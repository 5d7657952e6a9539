//! Arguments, which there are none of.

use procountor_macros::open_enum;

#[open_enum(rename_all = "lowercase")]
pub enum InvoiceStatus {
    Sent,
}

fn main() {}
