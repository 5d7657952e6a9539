//! Constraints that no value satisfies.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query(min = 100, max = 1)]
    pub amount: Option<Decimal>,
    #[query(min_len = 70, max_len = 7)]
    pub reference: Option<String>,
}

fn main() {}
