//! Options that are valid in another location only. Nothing else is reported.

use procountor_macros::endpoint;

#[endpoint(POST, "/invoices", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct CreateInvoice {
    #[header(comma)]
    pub trace: Option<String>,
    #[body(required)]
    pub invoice: Invoice,
}

fn main() {}
