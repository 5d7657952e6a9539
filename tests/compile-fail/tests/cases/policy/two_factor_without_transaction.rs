//! A two-factor operation without a 202 response.

use procountor_macros::endpoint;

#[endpoint(POST, "/payments", returns = Payments)]
#[auth(on_behalf, two_factor)]
#[retry(unsent)]
#[rate_limit(company)]
pub struct PayInvoices {
    #[body]
    pub payments: Payments,
}

fn main() {}
