//! A two-factor operation without a 202 response.

use procountor_macros::endpoint;

#[endpoint(POST, "/payments", returns = Payments)]
#[auth(on_behalf, two_factor)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct PayInvoices {
    #[body]
    pub payments: Payments,
}

fn main() {}
