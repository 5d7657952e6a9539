//! An endpoint without `returns`.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices")]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
