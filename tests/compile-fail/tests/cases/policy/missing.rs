//! No policies. Each one is reported.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
pub struct SearchInvoice {}

fn main() {}
