//! A field with two locations.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    #[header]
    pub start_date: Option<Date>,
}

fn main() {}
