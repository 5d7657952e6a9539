//! An optional path field.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice {
    #[path]
    pub invoice_id: Option<InvoiceId>,
}

fn main() {}
