//! `#[endpoint]` on an enum.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub enum SearchInvoice {}

fn main() {}
