//! Constraints that do not apply to their types. All are reported.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(max_len = 70)]
    pub id: Option<i64>,
    #[query(scale = 2)]
    pub size: Option<i64>,
    #[query(max_items = 3)]
    pub status: Option<InvoiceStatus>,
    #[query(min = 1)]
    pub start_date: Option<Date>,
    #[query(unique)]
    pub reference: Option<String>,
}

fn main() {}
