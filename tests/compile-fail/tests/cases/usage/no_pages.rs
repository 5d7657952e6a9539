//! The rows of an operation that does not page.

use procountor_api::v2604::{Client, InvoiceId};

pub fn rows(client: Client) {
    client.invoices().get_invoice(InvoiceId(42)).rows();
}

fn main() {}
