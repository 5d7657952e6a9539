//! Values that are not numbers or not integers.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(max_len = "70")]
    pub reference: Option<String>,
    #[query(scale = 2.5, min = zero)]
    pub amount: Option<Decimal>,
    #[query(name = 7)]
    pub id: Option<i64>,
}

fn main() {}
