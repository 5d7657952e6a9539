//! A list in the path that does not say how it is written.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Batch<Invoice>)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoiceBatch {
    #[path(name = "invoiceId", max_items = 200)]
    pub invoice_ids: Vec<InvoiceId>,
}

fn main() {}
