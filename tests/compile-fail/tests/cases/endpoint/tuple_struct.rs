//! An endpoint with unnamed fields. The placeholder is not reported as well.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice(InvoiceId);

fn main() {}
