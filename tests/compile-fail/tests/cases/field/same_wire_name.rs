//! Two parameters with the same name on the wire.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    #[query]
    pub start_date: Option<Date>,
    #[query(name = "startDate")]
    pub from: Option<Date>,
}

fn main() {}
