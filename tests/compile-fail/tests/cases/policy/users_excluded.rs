//! An operation that excludes users.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
