//! An operation that the version of the client does not have.

use procountor_api::v2604::{GetInvoice, InvoiceId};
use procountor_api::{Client, Error, M2m, Version, Visitor};

/// A version without operations.
#[derive(Debug)]
pub enum V9912 {}

impl Version for V9912 {
    const NUMBER: &'static str = "99.12";

    fn visit(_visitor: &mut impl Visitor<Self>) {}
}

pub async fn read(client: Client<V9912, M2m>) -> Result<(), Error> {
    client.call(GetInvoice::new(InvoiceId(42))).send().await?;
    Ok(())
}

fn main() {}
