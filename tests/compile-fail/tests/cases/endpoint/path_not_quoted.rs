//! A path without quotes.

use procountor_macros::endpoint;

#[endpoint(GET, /invoices, returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
