//! An open enum without variants.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {}

fn main() {}
