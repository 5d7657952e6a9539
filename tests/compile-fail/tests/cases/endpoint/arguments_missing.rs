//! An endpoint without arguments.

use procountor_macros::endpoint;

#[endpoint]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct SearchInvoice {}

fn main() {}
