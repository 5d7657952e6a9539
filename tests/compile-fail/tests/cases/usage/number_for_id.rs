//! Bare numbers for ids.

use procountor_api::Error;
use procountor_api::v2604::Client;

pub async fn read(client: Client, id: i64) -> Result<(), Error> {
    client.invoices().get_invoice(id).send().await?;
    client.invoices().get_invoice_batch([1, 2, 3]).send().await?;
    client.invoices().search_invoice().previous_id(7).send().await?;
    Ok(())
}

fn main() {}
