//! An open enum that knows nothing.

use procountor_macros::open_enum;

#[open_enum]
pub enum InvoiceStatus {}

fn main() {}
