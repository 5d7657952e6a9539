//! Calls that are not sent.

#![deny(unused_must_use)]

use procountor_api::v2604::{Client, Invoice, InvoiceId};

pub fn forget(client: Client, invoice: Invoice) {
    client.invoices().save_invoice(invoice);
    client.invoices().get_invoice(InvoiceId(42)).timeout(std::time::Duration::from_secs(5));
    client.invoices().search_invoice().search_term("Oy");
}

fn main() {}
