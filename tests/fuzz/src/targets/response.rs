//! Responses that the typed decoder reads.

use futures_util::StreamExt;
use procountor_api::v2604::{
    BusinessPartnerPatch, Client, Invoice, InvoiceId, LedgerReceiptId, MfaTransactionId, PartnerId,
    SalarySlip, SalarySlipId,
    operations::{
        GetBusinessPartner, GetInvoice, GetInvoiceBatch, GetInvoiceImage, GetLedgerReceipt,
        GetMfaTransactionResult, GetSalarySlipByIdBatch, SearchInvoice, SearchLedgerReceipt,
        UpdateBusinessPartner,
    },
};
use procountor_api::{Error, OnBehalf};

use super::server::{PausedRuntime, Server, TOKEN};
use super::{Target, checks, memory_limit};
use crate::case::Case;

struct TypedResponse(PausedRuntime);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(TypedResponse(PausedRuntime::new()?)))
}

impl Target for TypedResponse {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let response = case.response();
        let is_success = response.status().is_success();
        let client = Server::responding(response).client()?;
        let error = match case.setting("call") {
            Some("serde") => {
                checks::serde::<Invoice>(case.body)?;
                return checks::serde::<SalarySlip>(case.body);
            }
            Some("rows") => return self.0.block_on(rows(&client)),
            call => self
                .0
                .block_on(call_endpoint(&client, call.unwrap_or_default()))?,
        };
        // Servers repeat the token in error responses only.
        let secrets: &[&str] = if is_success { &[] } else { &[TOKEN] };
        error.map_or(Ok(()), |error| checks::error(&error, secrets))
    }

    fn memory_limit(&self, input: &[u8]) -> usize {
        // `{}` is decoded to an `Invoice` without fields, and a vector grows by doubling.
        memory_limit(input, 4 * size_of::<Invoice>())
    }
}

async fn call_endpoint(client: &Client<OnBehalf>, call: &str) -> Result<Option<Error>, String> {
    let ids = || [1, 2].map(InvoiceId);
    match call {
        "invoices" => checks::call(client, GetInvoiceBatch::new(ids())).await,
        "partner" => checks::call(client, GetBusinessPartner::new(PartnerId(1))).await,
        "slips" => checks::call(client, GetSalarySlipByIdBatch::new([SalarySlipId(1)])).await,
        "receipt" => checks::call(client, GetLedgerReceipt::new(LedgerReceiptId(1))).await,
        "search" => checks::call(client, SearchLedgerReceipt::new()).await,
        "mfa" => {
            let id = MfaTransactionId("1".to_owned());
            checks::call(client, GetMfaTransactionResult::new(id)).await
        }
        "json" => {
            let patch = BusinessPartnerPatch::default();
            checks::call(client, UpdateBusinessPartner::new(PartnerId(1), patch)).await
        }
        "image" => checks::call(client, GetInvoiceImage::new(InvoiceId(1))).await,
        _ => checks::call(client, GetInvoice::new(InvoiceId(1))).await,
    }
}

/// Reads all rows. A row that cannot be decoded is an error of its own, and the stream must still end.
async fn rows(client: &Client<OnBehalf>) -> Result<(), String> {
    let search = SearchInvoice {
        size: Some(2),
        ..SearchInvoice::new()
    };
    let mut rows = client.call(search).rows();
    let mut checked = 0;
    while let Some(row) = rows.next().await {
        // There can be thousands of errors; checking the first ones is enough.
        if let Err(error) = row
            && checked < 4
        {
            checked += 1;
            checks::error(&error, &[])?;
        }
    }
    Ok(())
}
