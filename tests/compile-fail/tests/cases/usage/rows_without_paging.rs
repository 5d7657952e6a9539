//! The rows of an operation without paging.

use procountor_api::v2604::{Client, InvoiceId};

pub fn rows(client: Client) {
    client.invoices().get_invoice(InvoiceId(42)).rows();
}

fn main() {}
