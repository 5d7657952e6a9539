//! `reads` on a GET, where the method implies it.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe, reads)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
