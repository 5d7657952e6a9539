//! `required` on single values, whose types decide that already.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(required)]
    pub start_date: Option<Date>,
    #[header(required)]
    pub end_date: Date,
}

fn main() {}
