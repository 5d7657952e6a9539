//! Policies without values.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth]
#[retry()]
#[rate_limit = "queued"]
pub struct SearchInvoice {}

fn main() {}
