//! Wire values that are not strings.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {
    #[wire(7)]
    Sent,
    #[wire]
    Paid,
}

fn main() {}
