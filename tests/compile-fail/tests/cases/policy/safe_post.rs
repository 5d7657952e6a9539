//! `safe` on a POST that creates.

use procountor_macros::endpoint;

#[endpoint(POST, "/invoices", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct CreateInvoice {
    #[body]
    pub invoice: Invoice,
}

fn main() {}
