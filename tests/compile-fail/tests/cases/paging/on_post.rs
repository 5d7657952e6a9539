//! Paging on a POST.

use procountor_macros::endpoint;

#[endpoint(POST, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, page, size <= 200)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct CreateInvoices {
    #[query]
    pub page: Option<i64>,
    #[query]
    pub size: Option<i64>,
}

fn main() {}
