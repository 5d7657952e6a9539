//! Options with invalid syntax. Nothing that follows from them is reported.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice {
    #[path(name: "invoiceId")]
    pub id: InvoiceId,
    #[query(comma repeated)]
    pub status: Vec<InvoiceStatus>,
}

fn main() {}
