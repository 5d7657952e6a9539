//! An open enum with a type parameter.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus<T> {
    Sent,
}

fn main() {}
