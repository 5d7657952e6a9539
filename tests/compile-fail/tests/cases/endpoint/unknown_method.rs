//! An unknown HTTP method.

use procountor_macros::endpoint;

#[endpoint(FETCH, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
