//! More than one body.

use procountor_macros::endpoint;

#[endpoint(POST, "/invoices", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct CreateInvoice {
    #[body]
    pub invoice: Invoice,
    #[body]
    pub notes: String,
    #[body]
    pub rows: Vec<InvoiceRow>,
}

fn main() {}
