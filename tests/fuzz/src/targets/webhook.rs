//! The schemas of webhooks. The crate does not decode notifications yet; a target for them belongs here.

use futures_util::StreamExt;
use procountor_api::v2604::{
    Webhook, WebhookAuthenticationType, WebhookRequired, WebhookSearchResult,
    operations::{AddWebhook, GetWebhooks},
};

use super::server::{PausedRuntime, Server, TOKEN};
use super::{Target, checks, memory_limit};
use crate::case::Case;

struct Webhooks(PausedRuntime);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Webhooks(PausedRuntime::new()?)))
}

impl Target for Webhooks {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let response = case.response();
        let is_success = response.status().is_success();
        let client = Server::responding(response).client()?;
        let error = match case.setting("call") {
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
        let secrets: &[&str] = if is_success { &[] } else { &[TOKEN] };
        error.map_or(Ok(()), |error| checks::error(&error, secrets))
    }

    fn memory_limit(&self, input: &[u8]) -> usize {
        memory_limit(input, 4 * size_of::<Webhook>())
    }
}
