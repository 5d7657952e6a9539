//! Waiting for the outcome of an operation that does not report one.

use procountor_api::v2604::{Client, InvoiceId, operations::GetInvoice};
use procountor_api::{OnBehalf, two_factor::Confirmation, v2604::V2604};

pub fn wait(client: Client) {
    client.invoices().get_invoice(InvoiceId(42)).wait();
}

pub fn confirm(confirmation: Confirmation<V2604, OnBehalf>) {
    confirmation.wait(GetInvoice::new);
}

fn main() {}
