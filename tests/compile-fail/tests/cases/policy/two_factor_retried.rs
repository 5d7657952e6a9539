//! A two-factor operation that would be retried. Its method is not reported as well.

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
