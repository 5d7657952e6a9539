//! Mistakes of every kind in one endpoint. Each is reported at its place.

use procountor_macros::endpoint;

#[endpoint(POST, "invoices/{invoiceId}", returns = (200: Invoice, 200: Invoice, 404: ErrorMessage))]
#[auth(machine)]
#[paginate(rows = results: Invoice, size <= 0)]
#[retry(safe)]
pub struct SaveInvoice {
    #[path]
    pub id: Option<InvoiceId>,
    #[query]
    pub states: Vec<InvoiceStatus>,
    #[query(max_len = 70)]
    pub amount: Decimal,
    pub notes: Option<String>,
    #[query]
    pub api_key: Secret,
}

fn main() {}
