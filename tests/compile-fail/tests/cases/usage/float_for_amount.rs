//! Floats for amounts.

use procountor_api::v2604::InvoiceRow;

pub fn price(row: &mut InvoiceRow, price: f64) {
    row.unit_price = Some(price);
    row.quantity = Some(1.5);
}

fn main() {}
