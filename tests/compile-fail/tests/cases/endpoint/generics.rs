//! An endpoint with a type parameter.

use procountor_macros::endpoint;

#[endpoint(POST, "/invoices", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct CreateInvoice<T> {
    #[body]
    pub invoice: T,
}

fn main() {}
