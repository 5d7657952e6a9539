//! A type that differs between two versions, and a field of the other version.

use procountor_api::{Error, M2m, v2411, v2604};

pub async fn move_invoice(
    old: v2411::Client<M2m>,
    new: v2604::Client<M2m>,
    id: v2411::InvoiceId,
) -> Result<(), Error> {
    let invoice = old.invoices().get_invoice(id).send().await?;
    println!("{:?}", invoice.creator_id);
    new.invoices().save_invoice(invoice).send().await?;
    Ok(())
}

fn main() {}
