//! Optional fields with the names of methods of a call.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub rows: Option<i64>,
    #[header]
    pub timeout: Option<i64>,
}

fn main() {}
