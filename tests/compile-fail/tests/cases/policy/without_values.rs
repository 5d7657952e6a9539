//! Policies without values.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth]
#[retry()]
#[rate_limit = "company"]
pub struct SearchInvoice {}

fn main() {}
