//! A path without the leading slash. The field in it is not reported as well.

use procountor_macros::endpoint;

#[endpoint(GET, "invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice {
    #[path]
    pub invoice_id: InvoiceId,
}

fn main() {}
