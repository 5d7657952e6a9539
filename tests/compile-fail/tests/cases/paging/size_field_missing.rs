//! Paging without the field of the page size.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, page, size <= 200)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub page: Option<i64>,
}

fn main() {}
