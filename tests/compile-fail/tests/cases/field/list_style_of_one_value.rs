//! A list style on a single value.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(comma)]
    pub status: Option<InvoiceStatus>,
    #[query(repeated)]
    pub size: i64,
}

fn main() {}
