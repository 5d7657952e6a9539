//! A list in the path without a list style.

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
