//! A two-factor operation with machine credentials.

use procountor_api::Error;
use procountor_api::v2604::{Client, InvoicePaymentList};

pub async fn pay(client: Client, payments: InvoicePaymentList) -> Result<(), Error> {
    client.payments().pay_invoices(payments).send().await?;
    Ok(())
}

fn main() {}
