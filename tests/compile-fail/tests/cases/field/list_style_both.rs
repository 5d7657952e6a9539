//! A list with two list styles.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(comma, repeated)]
    pub status: Vec<InvoiceStatus>,
}

fn main() {}
