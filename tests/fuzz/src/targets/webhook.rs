//! Webhooks, as the API describes them. (A notification has no reader in the crate yet: when it has one, it belongs here.)

use futures_util::StreamExt;
use procountor_api::v2604::{
    Webhook, WebhookAuthenticationType, WebhookRequired, WebhookSearchResult,
    operations::{AddWebhook, GetWebhooks},
};

use super::server::{Paused, Server, TOKEN};
use super::{Target, allowed, checks};
use crate::case::Case;

struct Webhooks(Paused);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Webhooks(Paused::new()?)))
}

impl Target for Webhooks {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let answer = case.answer();
        let refused = !answer.status().is_success();
        let client = Server::saying(answer).client()?;
        let failed = match case.setting("call") {
            Some("serde") => {
                checks::serde::<Webhook>(case.body)?;
                return checks::serde::<WebhookSearchResult>(case.body);
            }
            Some("rows") => self.0.block_on(async {
                let mut rows = client.call(GetWebhooks::new()).rows();
                while let Some(row) = rows.next().await {
                    if let Err(error) = row {
                        return Ok(Some(error));
                    }
                }
                Ok::<_, String>(None)
            })?,
            Some("search") => self.0.block_on(checks::call(&client, GetWebhooks::new()))?,
            _ => {
                let webhook = WebhookRequired {
                    url: "https://shop.example/hook".to_owned(),
                    authentication_type: WebhookAuthenticationType::None,
                    subscriptions: vec![],
                };
                let mut webhook: Webhook = webhook.into();
                webhook.subscriptions = Some(vec!["INVOICE_PAID".into()]);
                self.0
                    .block_on(checks::call(&client, AddWebhook::new(webhook)))?
            }
        };
        let secrets: &[&str] = if refused { &[TOKEN] } else { &[] };
        failed.map_or(Ok(()), |error| checks::error(&error, secrets))
    }

    fn allowance(&self, input: &[u8]) -> usize {
        allowed(input, 4 * size_of::<Webhook>())
    }
}
