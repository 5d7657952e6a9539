//! A body on a DELETE.

use procountor_macros::endpoint;

#[endpoint(DELETE, "/invoices", returns = ())]
#[auth(m2m | on_behalf)]
#[retry(idempotent)]
#[rate_limit(queued)]
pub struct DeleteInvoices {
    #[body]
    pub filter: Filter,
}

fn main() {}
