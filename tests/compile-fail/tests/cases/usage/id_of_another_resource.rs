//! The id of a product for that of an invoice.

use procountor_api::Error;
use procountor_api::v2604::{Client, ProductId};

pub async fn read(client: Client, id: ProductId) -> Result<(), Error> {
    client.invoices().get_invoice(id).send().await?;
    Ok(())
}

fn main() {}
