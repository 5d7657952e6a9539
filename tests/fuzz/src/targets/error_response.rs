//! Error responses: the errors that a call returns, and their texts.

use procountor_api::v2604::{
    InvoiceId, WebhookUuid,
    operations::{DeleteWebhook, GetInvoice},
};

use super::server::{PausedRuntime, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct ErrorResponse(PausedRuntime);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(ErrorResponse(PausedRuntime::new()?)))
}

impl Target for ErrorResponse {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let response = case.response();
        if response.status().is_success() {
            return Ok(());
        }
        let client = Server::responding(response).client()?;
        let result = self.0.block_on(async {
            Ok(match case.setting("call") {
                Some("delete") => {
                    let webhook = WebhookUuid("1".to_owned());
                    client.call(DeleteWebhook::new(webhook)).send().await
                }
                _ => client
                    .call(GetInvoice::new(InvoiceId(1)))
                    .send()
                    .await
                    .map(drop),
            })
        })?;
        match result {
            Ok(()) => Err("the call succeeded despite an error response".to_owned()),
            Err(error) => checks::error(&error, &[TOKEN]),
        }
    }
}
