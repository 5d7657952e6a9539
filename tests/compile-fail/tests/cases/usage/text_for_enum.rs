//! Text for values of an enum.

use procountor_api::v2604::{Client, Invoice};

pub fn mark(invoice: &mut Invoice, status: String) {
    invoice.status = Some(status);
}

pub fn search(client: Client) {
    let _call = client.invoices().search_invoice().status(["SENT"]);
}

fn main() {}
