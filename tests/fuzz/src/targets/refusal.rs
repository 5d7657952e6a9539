//! Answers that say no: what an error tells, and what it keeps to itself.

use procountor_api::v2604::{
    InvoiceId, WebhookUuid,
    operations::{DeleteWebhook, GetInvoice},
};

use super::server::{Paused, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct Refusal(Paused);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Refusal(Paused::new()?)))
}

impl Target for Refusal {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let answer = case.answer();
        if answer.status().is_success() {
            return Ok(());
        }
        let client = Server::saying(answer).client()?;
        let ended = self.0.block_on(async {
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
        match ended {
            Ok(()) => Err("a refusal was taken for a success".to_owned()),
            Err(error) => checks::error(&error, &[TOKEN]),
        }
    }
}
