//! No policies: each is asked for.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
pub struct SearchInvoice {}

fn main() {}
