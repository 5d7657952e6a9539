//! A paged operation with two responses.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = (200: InvoiceSearchResult, 202: Report))]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, page, size <= 200)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub page: Option<i64>,
    #[query]
    pub size: Option<i64>,
}

fn main() {}
