//! A two-factor operation that would ask the person twice; its method is not reported too.

use procountor_macros::endpoint;

#[endpoint(POST, "/payments", returns = 202: TransactionIdentifier)]
#[auth(on_behalf, two_factor)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct PayInvoices {
    #[body]
    pub payments: Payments,
}

fn main() {}
