//! stub
use crate::generated_prelude::*;
ids! {
    /// Id.
    InvoiceId(i64);
    /// Id.
    WebhookUuid(String);
}
/// Status.
#[open_enum]
pub enum InvoiceStatus { Empty, NotSent, #[wire("PARTLY_PAID,")] PartlyPaidComma }
/// Order.
#[open_enum]
pub enum SortOrder { Asc, Desc }
/// Row.
#[derive(Clone, PartialEq, Schema)]
pub struct Invoice {
    pub id: Option<InvoiceId>,
    #[schema(required, max_len = 70)]
    pub name: Option<String>,
    #[schema(max = 100, scale = 4)]
    pub discount: Option<Decimal>,
    pub children: Option<Vec<Invoice>>,
    #[doc(hidden)]
    pub unknown: Unknown,
}
/// Row.
#[derive(Clone, PartialEq, Schema)]
pub struct InvoiceSearchResult {
    pub results: Option<Vec<Invoice>>,
    #[doc(hidden)]
    pub unknown: Unknown,
}
/// Row.
#[derive(Clone, PartialEq, Schema)]
pub struct BusinessPartnerPatch {
    pub name: Patch<String>,
    pub tax_code: Patch<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}
/// Invoices.
#[derive(Clone, Debug)]
pub struct Invoices<A>(pub(crate) Client<A>);
impl<A> Invoices<A> {
    /// `GET /invoices`: search invoices.
    pub fn search_invoice(&self) -> Call<V2604, A, SearchInvoice> {
        self.0.call(SearchInvoice::new())
    }
    /// `GET /invoices/{invoiceId}`: read one invoice.
    pub fn get_invoice(&self, invoice_id: InvoiceId) -> Call<V2604, A, GetInvoice> {
        self.0.call(GetInvoice::new(invoice_id))
    }
}
/// S
#[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
#[auth(m2m | on_behalf)]
#[paginate(rows = results: Invoice, page, keyset = previous_id by order_by_id, size <= 200)]
#[retry(safe)]
#[rate_limit(company)]
pub struct SearchInvoice {
    /// Only invoices in one of these states.
    #[query(comma)]
    pub status: Vec<InvoiceStatus>,
    #[query]
    pub start_date: Option<Date>,
    #[query]
    pub page: Option<i64>,
    #[query]
    pub size: Option<i64>,
    #[query]
    pub previous_id: Option<InvoiceId>,
    #[query]
    pub order_by_id: Option<SortOrder>,
}
/// G
#[endpoint(GET, "/invoices/{invoiceId}", returns = Invoice)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(company)]
pub struct GetInvoice {
    #[path]
    pub invoice_id: InvoiceId,
}
/// G
#[endpoint(GET, "/x/{invoiceId}", returns = (200: Invoice, 202: InvoiceSearchResult))]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(company)]
pub struct GetTwo {
    #[path]
    pub invoice_id: InvoiceId,
}
version! {
    /// API version 26.04.
    V2604 = "26.04"
}
endpoints! { V2604: SearchInvoice, GetInvoice, GetTwo }
/// A client of API version 26.04.
pub type Client<A = M2m> = crate::Client<V2604, A>;

impl<A> Client<A> {
    /// Invoices: search, read, create and process them.
    pub fn invoices(&self) -> Invoices<A> {
        Invoices(self.clone())
    }
}
