//! Repeated policies.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[retry(never)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
