//! Uses one version: asks for an invoice, and reads what comes.

use procountor_api::v2411::{self, InvoiceId};
use scripted::{Scripted, client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Scripted::new(r#"{"id":42,"status":"PAID","discountPercent":12.3400}"#);
    let client = client!(v2411, server)?;
    let invoice = client.invoices().get_invoice(InvoiceId(42)).send().await?;
    println!("{}", server.asked());
    println!(
        "{:?} {:?} {:?}",
        invoice.id, invoice.status, invoice.discount_percent
    );
    Ok(())
}
