//! Two responses with the same status.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = (200: Invoice, 200: InvoiceSearchResult))]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
