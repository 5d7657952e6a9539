//! An endpoint whose fields have no names; the placeholder is not reported too.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice(InvoiceId);

fn main() {}
