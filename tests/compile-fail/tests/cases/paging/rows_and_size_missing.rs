//! Paging without `rows` and `size`.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(page)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub page: Option<i64>,
    #[query]
    pub size: Option<i64>,
}

fn main() {}
