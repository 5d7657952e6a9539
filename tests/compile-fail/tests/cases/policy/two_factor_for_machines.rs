//! A two-factor operation that allows machine credentials.

use procountor_macros::endpoint;

#[endpoint(POST, "/payments", returns = 202: TransactionIdentifier)]
#[auth(m2m | on_behalf, two_factor)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct PayInvoices {
    #[body]
    pub payments: Payments,
}

fn main() {}
