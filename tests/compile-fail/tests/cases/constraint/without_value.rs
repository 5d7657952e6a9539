//! Constraints without a number, and a flag with a value.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(max_len)]
    pub reference: Option<String>,
    #[query(comma, unique = true)]
    pub status: Vec<InvoiceStatus>,
}

fn main() {}
