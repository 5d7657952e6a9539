//! An error response in `returns`.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices", returns = (200: Invoice, 404: ErrorMessage))]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
