//! A function for clients of every kind that does not say so.

use procountor_api::Error;
use procountor_api::v2604::{Client, InvoiceId};

pub async fn read<A>(client: Client<A>) -> Result<(), Error> {
    client.invoices().get_invoice(InvoiceId(42)).send().await?;
    Ok(())
}

fn main() {}
