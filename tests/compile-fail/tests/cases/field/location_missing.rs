//! Fields without a location.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {
    pub status: Vec<InvoiceStatus>,

    /// The first day.
    pub start_date: Option<Date>,
}

fn main() {}
