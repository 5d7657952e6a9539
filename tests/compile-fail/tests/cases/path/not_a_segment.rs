//! Segments that leave the path, are empty or are partly a placeholder. All are reported.

use procountor_macros::endpoint;

#[endpoint(GET, "/invoices/../{invoiceId}.pdf//rows?size=1", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetInvoice {}

fn main() {}
