//! An unknown constraint.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(length = 70)]
    pub reference: Option<String>,
}

fn main() {}
