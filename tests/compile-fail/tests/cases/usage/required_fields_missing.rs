//! An invoice row without its required fields.

use procountor_api::v2604::InvoiceRow;

pub fn row() -> InvoiceRow {
    InvoiceRow { comment: Some("as agreed".to_owned()), ..Default::default() }
}

fn main() {}
