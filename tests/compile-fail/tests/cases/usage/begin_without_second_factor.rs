//! `begin` on an operation without a second factor.

use procountor_api::v2604::{Client, InvoiceId};

pub fn begin(client: Client) {
    client.invoices().approve_invoice(InvoiceId(42), Default::default()).begin();
}

fn main() {}
