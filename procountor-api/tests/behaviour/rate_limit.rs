//! The rate limit policies of operations, in virtual time.

use std::time::Duration;

use procountor_api::client::SendFuture;
use procountor_api::v2604::{InvoiceId, Status, V2604};
use procountor_api::{Client, M2m};
use procountor_macros::endpoint;
use tokio::time::{Instant, sleep};

use crate::support::{Action, Scripted};

/// A health probe that is queued.
#[endpoint(GET, "/probe", returns = Status)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub(crate) struct QueuedProbe {}

/// A health probe that has priority.
#[endpoint(GET, "/probe", returns = Status)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(priority)]
pub(crate) struct PriorityProbe {}

/// Returns a server and a client with 20 waiting calls, ten of which are sent in a second.
async fn busy() -> (Scripted, Client<V2604, M2m>) {
    let server = Scripted::acts([Action::Answer(200, "{}")]);
    let client = server.client_at(10.0);
    client.authorize().await.unwrap();
    for id in 0..20 {
        tokio::spawn(client.invoices().get_invoice(InvoiceId(id)).send());
    }
    sleep(Duration::from_millis(250)).await;
    assert_eq!(server.sent(), 2);
    (server, client)
}

/// Returns the number of calls that are sent before the probe.
async fn sent_before(
    probe: impl FnOnce(&Client<V2604, M2m>) -> SendFuture<Status>,
) -> Option<usize> {
    let (server, client) = busy().await;
    probe(&client).await.unwrap();
    let uris = server.uris();
    uris.iter().position(|uri| uri.ends_with("/probe"))
}

#[tokio::test(start_paused = true)]
async fn a_priority_operation_is_sent_before_all_queued_ones() {
    let queued = sent_before(|client| client.call(QueuedProbe::new()).send()).await;
    let priority = sent_before(|client| client.call(PriorityProbe::new()).send()).await;
    assert_eq!((queued, priority), (Some(20), Some(2)));
}

#[tokio::test(start_paused = true)]
async fn the_status_has_priority() {
    let (server, client) = busy().await;
    client.health_status().get_status().send().await.unwrap();
    assert_eq!(server.sent(), 3);
}

#[tokio::test(start_paused = true)]
async fn token_requests_and_logouts_have_priority() {
    let (server, client) = busy().await;
    let start = Instant::now();
    client.logout().await.unwrap();
    client.authorize().await.unwrap();
    assert_eq!(server.token_requests().len(), 2);
    assert!(start.elapsed() < Duration::from_millis(300));
}
