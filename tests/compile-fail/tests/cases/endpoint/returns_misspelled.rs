//! An unknown argument in place of `returns`.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", return_type = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
