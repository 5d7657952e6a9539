//! Paging parameters that are required or not in the query.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, page, size <= 200)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub page: i64,
    #[header]
    pub size: Option<i64>,
}

fn main() {}
