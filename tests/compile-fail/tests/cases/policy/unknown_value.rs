//! Unknown values of policies. All are reported.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | person)]
#[retry(always)]
#[rate_limit(user)]
#[paginate(rows = results: Invoice, limit <= 200)]
pub struct SearchInvoice {}

fn main() {}
