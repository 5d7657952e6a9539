//! Answers with success: what the typed decoder makes of them.

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

use super::server::{Paused, Server, TOKEN};
use super::{Target, allowed, checks};
use crate::case::Case;

struct Answer(Paused);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Answer(Paused::new()?)))
}

impl Target for Answer {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let refused = !case.answer().status().is_success();
        let server = Server::saying(case.answer());
        let client = server.client()?;
        let failed = match case.setting("call") {
            Some("serde") => return by_serde(case.body),
            Some("rows") => return self.0.block_on(rows(&client)),
            call => self.0.block_on(calls(&client, call.unwrap_or_default()))?,
        };
        // What a success repeats of a token is not looked for, since no server does that.
        let secrets: &[&str] = if refused { &[TOKEN] } else { &[] };
        failed.map_or(Ok(()), |error| checks::error(&error, secrets))
    }

    fn allowance(&self, input: &[u8]) -> usize {
        // `{}` becomes a whole invoice without a field; a list of them grows by doubling.
        allowed(input, 4 * size_of::<Invoice>())
    }
}

async fn calls(client: &Client<OnBehalf>, call: &str) -> Result<Option<Error>, String> {
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

/// Row after row: a row that cannot be read is an error of its own, and the search ends.
async fn rows(client: &Client<OnBehalf>) -> Result<(), String> {
    let search = SearchInvoice {
        size: Some(2),
        ..SearchInvoice::new()
    };
    let mut rows = client.call(search).rows();
    let mut failed = 0;
    while let Some(row) = rows.next().await {
        match row {
            Ok(row) => drop(row),
            // The first ones tell enough; there may be thousands.
            Err(error) if failed < 4 => {
                failed += 1;
                checks::error(&error, &[])?;
            }
            Err(_) => {}
        }
    }
    Ok(())
}

fn by_serde(body: &[u8]) -> Result<(), String> {
    checks::serde::<Invoice>(body)?;
    checks::serde::<SalarySlip>(body)
}
