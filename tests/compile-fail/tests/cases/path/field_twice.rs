//! Two fields for one placeholder.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice {
    #[path]
    pub invoice_id: InvoiceId,
    #[path(name = "invoiceId")]
    pub id: InvoiceId,
}

fn main() {}
