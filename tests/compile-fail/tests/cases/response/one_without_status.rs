//! Two responses, one of them without a status.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = (200: Invoice, InvoiceSearchResult))]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
