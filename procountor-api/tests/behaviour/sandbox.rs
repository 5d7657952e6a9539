//! Behavior over HTTP, against the sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::Request;
use procountor_api::transport::{
    Delivery, Network, NetworkLimits, Transport, TransportError, TransportFuture,
};
use procountor_api::v2604::operations::*;
use procountor_api::v2604::*;
use procountor_api::{
    Environment, M2mCredentials,
    paging::Cursor,
    rate::RateLimit,
    two_factor::{TwoFactorOutcome, WaitPolicy},
};
use procountor_sandbox::{Decision, Sandbox};

async fn sandbox() -> Sandbox {
    Sandbox::builder().rate_limit(None).start().await.unwrap()
}

fn client(sandbox: &Sandbox, transport: impl Transport) -> Client {
    let credentials = M2mCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
    );
    Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .m2m(credentials)
        .rate_limit(RateLimit::unlimited())
        .transport(transport)
        .build()
        .unwrap()
}

fn network() -> Network {
    Network::new(NetworkLimits::default()).unwrap()
}

#[tokio::test]
async fn a_search_stops_and_continues() {
    let sandbox = sandbox().await;
    let client = client(&sandbox, network());
    let search = || client.invoices().search_invoice().size(170);
    let all: Vec<_> = search()
        .rows()
        .map_ok(|row| row.id.unwrap())
        .try_collect()
        .await
        .unwrap();
    assert!(all.len() > 2000);
    let mut ids = Vec::new();
    let mut cursor: Option<String> = None;
    // So many rows at a time that it stops within pages, at different places.
    loop {
        let mut rows = match &cursor {
            None => search().rows(),
            Some(text) => search()
                .rows_from(&text.parse::<Cursor>().unwrap())
                .unwrap(),
        };
        let before = ids.len();
        for _ in 0..410 {
            ids.extend(rows.try_next().await.unwrap().map(|row| row.id.unwrap()));
        }
        cursor = Some(rows.cursor().to_string());
        if ids.len() == before {
            break;
        }
    }
    assert_eq!(ids, all);
}

#[tokio::test]
async fn pages_in_advance_over_connections() {
    let sandbox = sandbox().await;
    let client = client(&sandbox, network());
    // Sorted by the date, pages have numbers.
    let search = || {
        client
            .invoices()
            .search_invoice()
            .order_by_date(SortOrder::Asc)
            .size(150)
    };
    let one_by_one: Vec<_> = search()
        .rows()
        .ahead(0)
        .map_ok(|row| row.id)
        .try_collect()
        .await
        .unwrap();
    let ahead: Vec<_> = search()
        .rows()
        .ahead(6)
        .map_ok(|row| row.id)
        .try_collect()
        .await
        .unwrap();
    assert!(one_by_one.len() > 2000);
    assert_eq!(ahead, one_by_one);
}

#[tokio::test]
async fn a_person_confirms_or_rejects() {
    let sandbox = sandbox().await;
    let client = Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .access_token(sandbox.access_token())
        .build()
        .unwrap();
    let soon = Duration::from_millis(100);
    let policy = WaitPolicy::default().first_delay(soon).longest_delay(soon);
    let short = policy.lifetime(Duration::from_millis(300));
    let payments: Vec<_> = client
        .payments()
        .get_payment_rows()
        .rows()
        .try_collect()
        .await
        .unwrap();
    let id = payments[0].id.unwrap();
    let begin = || client.payments().remove_payment(id).begin();
    let is_there = || async {
        client
            .payments()
            .get_payment_row_by_id(id)
            .send()
            .await
            .is_ok()
    };

    for (decision, expected) in [
        (
            Decision::Refuse,
            "Refused(status 406: the user has refused the transaction)",
        ),
        (
            Decision::Ignore,
            "Expired(status 408: the transaction has expired)",
        ),
        (Decision::Think, "Pending"),
    ] {
        let confirmation = begin().await.unwrap();
        assert!(sandbox.decide(&confirmation.identifier(), decision));
        let told = confirmation
            .wait_with(short, GetMfaTransactionResult::new)
            .await;
        assert_eq!(format!("{:?}", told.unwrap()), expected);
    }
    assert!(is_there().await);

    let confirmation = begin().await.unwrap();
    assert_eq!(confirmation.app(), Some("PROCOUNTOR_KEY"));
    let told = confirmation
        .wait_with(policy, GetMfaTransactionResult::new)
        .await;
    assert!(matches!(told, Ok(TwoFactorOutcome::Done(_))), "{told:?}");
    assert!(!is_there().await);
    let told = confirmation
        .wait_with(policy, GetMfaTransactionResult::new)
        .await;
    assert!(
        matches!(told, Ok(TwoFactorOutcome::AlreadyProcessed(_))),
        "{told:?}"
    );
}

/// A transport that can lose the response to a create.
#[derive(Clone, Debug)]
struct Lossy(Arc<Network>, Arc<AtomicBool>);

impl Transport for Lossy {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let is_create = request.method() == http::Method::POST
                && request.uri().path().ends_with("/products");
            let answer = self.0.send(request).await?;
            match is_create && self.1.load(Ordering::SeqCst) {
                true => Err(TransportError::new(Delivery::Possible, "connection reset")),
                false => Ok(answer),
            }
        })
    }
}

#[tokio::test]
async fn a_create_with_a_lost_response_is_found() {
    let sandbox = sandbox().await;
    let losing = Arc::new(AtomicBool::new(true));
    let client = client(&sandbox, Lossy(Arc::new(network()), losing.clone()));
    let product: Product = serde_json::from_str(
        r#"{"type":"SALES","name":"Kadonnut","code":"lost-1","price":1,"currency":"EUR","discount":0,"active":true}"#,
    )
    .unwrap();
    let error = client
        .products()
        .add_product(product)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    let look_up = error.look_up().unwrap();
    assert_eq!(look_up.read(), "/products");
    let value = |name: &str| {
        let found = look_up.query().iter().find(|(known, _)| *known == name);
        found.unwrap().1.clone()
    };
    let search = client.products().get_products().code(value("code"));
    let found: Vec<_> = search.rows().try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
    for (name, sent) in look_up.compare() {
        let there = serde_json::to_value(&found[0]).unwrap();
        assert_eq!(there[*name], sent.to_value(), "{name}");
    }
    let created = sandbox.ledger().entries;
    let creates = created
        .iter()
        .filter(|entry| entry.method == "POST" && entry.path.ends_with("/products"));
    assert_eq!(creates.count(), 1, "it was sent once");
}
