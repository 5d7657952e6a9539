//! A keyset without the field of its parameter.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, keyset = previous_id by order_by_id, size <= 200)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub previous: Option<InvoiceId>,
    #[query]
    pub order_by_id: Option<SortOrder>,
    #[query]
    pub size: Option<i64>,
}

fn main() {}
