//! An invoice row without two required fields.

use procountor_api::Decimal;
use procountor_api::v2604::{InvoiceRowRequired, Unit};

pub fn row(unit: Unit) -> InvoiceRowRequired {
    InvoiceRowRequired {
        product: "Consulting".to_owned(),
        quantity: Decimal::ONE,
        unit,
        discount_percent: Decimal::ZERO,
    }
}

fn main() {}
