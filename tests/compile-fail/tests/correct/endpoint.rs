//! An endpoint in a crate of its own, which every version then has, and called as the credential allows.

use procountor_api::v2604::{InvoiceId, TransactionIdentifier, V2604};
use procountor_api::{Call, Client, Json, OnBehalf, operation::Endpoint};
use procountor_macros::endpoint;

/// `POST /invoices/{invoiceId}/refund`.
#[endpoint(POST, "/invoices/{invoiceId}/refund", returns = (200: Json, 202: TransactionIdentifier))]
#[auth(on_behalf, two_factor)]
#[retry(unsent)]
#[rate_limit(company)]
pub(crate) struct RefundInvoice {
    #[path]
    pub(crate) invoice_id: InvoiceId,
    #[body]
    pub(crate) reason: String,
}

/// Compiles: a person may.
pub(crate) async fn refund(client: Client<V2604, OnBehalf>) -> Option<RefundInvoiceReply> {
    let call: Call<_, _, RefundInvoice> = client.call(RefundInvoice::new(InvoiceId(42), "damaged"));
    call.send().await.ok()
}

#[test]
fn the_operation_is_data() {
    let _ = refund;
    assert_eq!(
        RefundInvoice::OPERATION.to_string(),
        "refundInvoice (POST /invoices/{invoiceId}/refund)"
    );
    assert_eq!(RefundInvoice::OPERATION.answers, [200, 202]);
}
