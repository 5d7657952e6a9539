//! A list that is optional twice.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(comma)]
    pub status: Option<Vec<InvoiceStatus>>,
}

fn main() {}
