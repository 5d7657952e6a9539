//! Token stores: cold starts, saving, and failures, in virtual time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::auth::{STATUS, ok, person, status};
use crate::support::{Action, Scripted};
use bytes::Bytes;
use http::Request;
use procountor_api::{
    Environment, ErrorKind, M2mCredentials, OnBehalfCredentials,
    auth::{
        MemoryTokenStore, StoreError, StoreFuture, StoreKey, StoredTokens, TokenEvent, TokenStore,
    },
    rate::RateLimit,
    v2604,
};
use tokio::time::{Instant, sleep};

fn machine(server: &Scripted, store: impl TokenStore, key: &str, name: &str) -> v2604::Client {
    v2604::Client::builder()
        .environment(Environment::Custom("https://books.example/api".to_owned()))
        .m2m(M2mCredentials::new("client", "hush-secret", key))
        .rate_limit(RateLimit::per_second(1000.0))
        .transport(server.clone())
        .token_store(store, name)
        .build()
        .unwrap()
}

/// Returns a server that rotates the refresh token and rejects older ones.
fn rotating() -> Scripted {
    let current = Mutex::new("hush-r0".to_owned());
    Scripted::with_tokens(
        move |count, request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            let mut current = current.lock().unwrap();
            if !body.ends_with(&format!("refresh_token={current}")) {
                return Action::Answer(400, r#"{"error":"invalid_grant"}"#);
            }
            *current = format!("hush-r{}", count + 1);
            Action::Owned(
                200,
                format!(
                    r#"{{"access_token":"hush-a{count}","refresh_token":"{current}","expires_in":100}}"#
                ),
            )
        },
        ok,
    )
}

fn credentials() -> OnBehalfCredentials {
    OnBehalfCredentials::new("client", "hush-secret", "hush-r0")
}

/// A store that a test controls.
#[derive(Clone, Debug, Default)]
struct Fickle {
    inside: MemoryTokenStore,
    broken: Arc<AtomicBool>,
    stuck: Arc<AtomicBool>,
    loads: Arc<AtomicUsize>,
}

impl Fickle {
    async fn mood(&self) -> Result<(), StoreError> {
        if self.stuck.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.broken.load(SeqCst) {
            return Err(StoreError::new("the disk is full"));
        }
        Ok(())
    }
}

impl TokenStore for Fickle {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        Box::pin(async move {
            self.loads.fetch_add(1, SeqCst);
            self.mood().await?;
            self.inside.load(key).await
        })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.mood().await?;
            self.inside.save(key, tokens).await
        })
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.mood().await?;
            self.inside.forget(key).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_restarted_machine_uses_the_stored_token() {
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let store = Fickle::default();
    for _ in 0..3 {
        let client = machine(&server, store.clone(), "hush-key", "company 1");
        for _ in 0..5 {
            status(&client).await.unwrap();
        }
    }
    assert_eq!(server.token_requests().len(), 1);
    assert_eq!(
        store.loads.load(SeqCst),
        3,
        "a store is asked once for each start"
    );
    // Another company, and another key under the same name.
    status(&machine(&server, store.clone(), "hush-key", "company 2"))
        .await
        .unwrap();
    status(&machine(&server, store.clone(), "hush-other", "company 1"))
        .await
        .unwrap();
    assert_eq!(server.token_requests().len(), 3);
}

/// A store with a token that a header cannot carry.
#[derive(Debug)]
struct Corrupt;

impl TokenStore for Corrupt {
    fn load<'a>(&'a self, _: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        let json = r#"{"format":1,"expiresAt":99999999999,"life":3600,"accessToken":"a\nb",
            "refreshToken":"hush-r0","origin":"hush-r0"}"#;
        Box::pin(async { StoredTokens::from_json(json).map(Some) })
    }

    fn save<'a>(&'a self, _: &'a StoreKey, _: &'a StoredTokens) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn forget<'a>(&'a self, _: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_stored_token_that_a_header_cannot_carry_is_replaced() {
    let server = rotating();
    let client = person(&server, credentials())
        .token_store(Corrupt, "person 1")
        .build()
        .unwrap();
    status(&client).await.unwrap();
    assert_eq!((server.token_requests().len(), server.sent()), (1, 1));
    assert_eq!(
        server.header(0, "authorization").unwrap(),
        b"Bearer hush-a0"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rejected_stored_token_is_replaced() {
    let server = Scripted::new(
        |_, request| match request.headers()["authorization"].as_bytes() {
            b"Bearer token-1" => Action::Answer(401, ""),
            _ => Action::Answer(200, STATUS),
        },
    );
    let store = MemoryTokenStore::new();
    status(&machine(&server, store.clone(), "hush-key", "a"))
        .await
        .unwrap();
    assert_eq!(server.token_requests().len(), 2);
    // The next one finds the new one.
    status(&machine(&server, store.clone(), "hush-key", "a"))
        .await
        .unwrap();
    assert_eq!((server.token_requests().len(), server.sent()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn two_clients_share_a_renewed_token() {
    let server = Scripted::new(|index, request| {
        let old = request.headers()["authorization"] == "Bearer token-1";
        Action::Answer(if old && index >= 2 { 401 } else { 200 }, STATUS)
    });
    let store = MemoryTokenStore::new();
    let one = machine(&server, store.clone(), "hush-key", "a");
    let two = machine(&server, store.clone(), "hush-key", "a");
    status(&one).await.unwrap();
    status(&two).await.unwrap();
    status(&one).await.unwrap();
    status(&two).await.unwrap();
    assert_eq!(server.token_requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rotated_refresh_token_replaces_the_given_one() {
    let server = rotating();
    let store = MemoryTokenStore::new();
    for _ in 0..3 {
        let client = person(&server, credentials())
            .token_store(store.clone(), "a")
            .build()
            .unwrap();
        // The stored token is measured by the wall clock, which does not run in a test: this ends it.
        for _ in 0..2 {
            status(&client).await.unwrap();
            sleep(Duration::from_secs(100)).await;
        }
    }
    let requests = server.token_requests().len();
    assert_eq!(
        requests, 4,
        "one at the first start, one at the end of each life"
    );

    // Without the first one, from the store alone.
    let stored = OnBehalfCredentials::stored("client", "hush-secret");
    let client = person(&server, stored)
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    status(&client).await.unwrap();
    sleep(Duration::from_secs(100)).await;
    status(&client).await.unwrap();

    // A login that is newer than what is kept wins.
    let fresh = Scripted::with_tokens(
        |_, request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            assert!(body.ends_with("refresh_token=hush-new"), "{body}");
            Action::Answer(200, r#"{"access_token":"hush-b","expires_in":100}"#)
        },
        ok,
    );
    let newer = OnBehalfCredentials::new("client", "hush-secret", "hush-new");
    let client = person(&fresh, newer)
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    status(&client).await.unwrap();
    assert_eq!(client.refresh_token().await.unwrap().expose(), "hush-new");
}

/// Both clients refresh at the same time, and the server accepts the old refresh token once.
#[tokio::test(start_paused = true)]
async fn the_loser_of_a_race_uses_the_stored_token() {
    let server = rotating();
    let store = MemoryTokenStore::new();
    let clients: Vec<_> = (0..2)
        .map(|_| {
            person(&server, credentials())
                .token_store(store.clone(), "a")
                .build()
                .unwrap()
        })
        .collect();
    let (one, two) = tokio::join!(status(&clients[0]), status(&clients[1]));
    one.unwrap();
    two.unwrap();
    assert_eq!(server.token_requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_empty_store_means_that_a_login_is_needed() {
    let server = rotating();
    let store = Fickle::default();
    let stored = || OnBehalfCredentials::stored("client", "hush-secret");
    let error = person(&server, stored()).build().unwrap_err();
    assert!(
        error.to_string().contains("call `.token_store(…)`"),
        "{error}"
    );

    let client = person(&server, stored())
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    let error = status(&client).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains("does not contain a refresh token"),
        "{error}"
    );
    // As soon as somebody has, it works.
    let other = person(&server, credentials())
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    status(&other).await.unwrap();
    status(&client).await.unwrap();

    // A store that fails is another matter: it may be there later.
    store.broken.store(true, SeqCst);
    let client = person(&server, stored())
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    let error = client.authorize().await.unwrap_err();
    assert!(error.is_temporary() && !error.needs_person(), "{error}");
    assert_eq!(
        error.to_string(),
        "the token store failed: the disk is full"
    );
    store.broken.store(false, SeqCst);
    status(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_failing_or_hanging_store_does_not_fail_a_call() {
    for stuck in [false, true] {
        let server = Scripted::acts([Action::Answer(200, STATUS)]);
        let store = Fickle::default();
        store.broken.store(true, SeqCst);
        store.stuck.store(stuck, SeqCst);
        let client = machine(&server, store, "hush-key", "a");
        let start = Instant::now();
        status(&client).await.unwrap();
        assert!(start.elapsed() <= Duration::from_secs(21));
        status(&client).await.unwrap();
        assert_eq!(server.token_requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unsaved_refresh_token_is_reported_and_saved_again() {
    let server = rotating();
    let store = Fickle::default();
    store.broken.store(true, SeqCst);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let client = person(&server, credentials())
        .token_store(store.clone(), "a")
        .on_token_event(move |notice| {
            let kind = match notice {
                TokenEvent::RefreshTokenAtRisk(_) => "at risk",
                TokenEvent::RefreshTokenSafe => "safe",
                TokenEvent::NotLoaded(_) => "not loaded",
                _ => "else",
            };
            assert!(!notice.to_string().contains("hush"), "{notice}");
            listener.lock().unwrap().push(kind);
        })
        .build()
        .unwrap();
    let heard = || std::mem::take(&mut *heard.lock().unwrap());
    // The call succeeds, and the refresh token is used on.
    status(&client).await.unwrap();
    assert_eq!(heard(), ["not loaded", "at risk"]);
    assert!(client.save_tokens().await.unwrap_err().is_temporary());
    assert_eq!(heard(), ["at risk"]);
    // It is tried again with the calls, not with each of them.
    for _ in 0..10 {
        status(&client).await.unwrap();
    }
    assert!(heard().is_empty());
    sleep(Duration::from_secs(31)).await;
    store.broken.store(false, SeqCst);
    status(&client).await.unwrap();
    status(&client).await.unwrap();
    assert_eq!(heard(), ["safe"]);
    let next = person(&server, credentials())
        .token_store(store.clone(), "a")
        .build()
        .unwrap();
    status(&next).await.unwrap();
    assert_eq!(server.token_requests().len(), 1);

    // Two rotations that could not be kept, then one that could.
    sleep(Duration::from_secs(100)).await;
    store.broken.store(true, SeqCst);
    status(&client).await.unwrap();
    sleep(Duration::from_secs(100)).await;
    status(&client).await.unwrap();
    heard();
    store.broken.store(false, SeqCst);
    client.save_tokens().await.unwrap();
    client.save_tokens().await.unwrap();
    assert_eq!(heard(), ["safe"]);
}

#[tokio::test(start_paused = true)]
async fn a_logout_removes_the_tokens_whatever_the_response_is() {
    for (act, fails) in [
        (Action::Answer(204, ""), false),
        (Action::Answer(401, ""), false),
        (Action::Answer(404, ""), true),
        (Action::Lost, true),
    ] {
        let answer = act.clone();
        let tokens = |_: usize, _: &Request<Bytes>| {
            Action::Answer(200, r#"{"access_token":"hush-a","expires_in":3600}"#)
        };
        let server = Scripted::with_tokens(tokens, move |_, request| match request.uri().path() {
            "/logout" => {
                assert_eq!(request.method(), "POST");
                assert_eq!(request.headers()["authorization"], "Bearer hush-a");
                answer.clone()
            }
            _ => Action::Answer(200, STATUS),
        });
        let store = MemoryTokenStore::new();
        let client = person(&server, credentials())
            .token_store(store.clone(), "a")
            .build()
            .unwrap();
        status(&client).await.unwrap();
        assert_eq!(client.logout().await.is_err(), fails, "{act:?}");
        assert_eq!(server.uris()[1], "https://books.example/logout");
        let error = status(&client).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");
        assert!(client.refresh_token().await.is_none());
        let stored = OnBehalfCredentials::stored("client", "hush-secret");
        let client = person(&server, stored)
            .token_store(store, "a")
            .build()
            .unwrap();
        assert!(status(&client).await.unwrap_err().needs_person());
        assert_eq!((server.token_requests().len(), server.sent()), (1, 2));
    }
}

/// A refresh token lives six months, and only an access token can revoke it.
#[tokio::test(start_paused = true)]
async fn a_logout_without_a_token_fetches_one() {
    let server = rotating();
    let client = person(&server, credentials())
        .logout_path("/api/logout")
        .build()
        .unwrap();
    client.logout().await.unwrap();
    assert_eq!(server.uris(), ["https://books.example/api/logout"]);

    // A machine has nothing to end.
    let server = Scripted::acts([Action::Answer(200, STATUS)]);
    let client = server.client();
    client.logout().await.unwrap();
    assert_eq!((server.token_requests().len(), server.sent()), (0, 0));
    status(&client).await.unwrap();
    client.logout().await.unwrap();
    status(&client).await.unwrap();
    assert_eq!((server.token_requests().len(), server.sent()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn stored_tokens_are_read_back_and_not_printed() {
    #[derive(Clone, Debug, Default)]
    struct Spy(Arc<Mutex<Option<(String, StoredTokens)>>>);
    impl TokenStore for Spy {
        fn load<'a>(&'a self, _: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
            Box::pin(async { Ok(None) })
        }
        fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
            *self.0.lock().unwrap() = Some((key.as_str().to_owned(), tokens.clone()));
            Box::pin(async { Ok(()) })
        }
        fn forget<'a>(&'a self, _: &'a StoreKey) -> StoreFuture<'a, ()> {
            Box::pin(async { Ok(()) })
        }
    }
    let spy = Spy::default();
    let server = rotating();
    let client = person(&server, credentials())
        .token_store(spy.clone(), "Päivä/1 Oy")
        .build()
        .unwrap();
    status(&client).await.unwrap();
    let (key, tokens) = spy.0.lock().unwrap().clone().unwrap();
    assert_eq!(
        key,
        "https%3~a%2~f%2~fbooks.example+person+client+~p%~c3%~a4iv%~c3%~a4%2~f1%20~oy"
    );
    let json = tokens.to_json();
    let read = StoredTokens::from_json(json.expose()).unwrap();
    assert_eq!(read.to_json().expose(), json.expose());
    assert!(read.has_refresh_token());
    let left = read.expires_at().duration_since(SystemTime::now()).unwrap();
    assert!((98..=100).contains(&left.as_secs()), "{left:?}");
    let shown = format!("{key} {tokens:?} {spy:?} {client:?}");
    assert!(!shown.contains("hush"), "{shown}");
    for broken in [
        "",
        "[]",
        "{}",
        &json.expose().replace("\"format\":1", "\"format\":2"),
        &json.expose()[..40],
    ] {
        let error = StoredTokens::from_json(broken).unwrap_err();
        assert!(!error.is_temporary() && !error.to_string().contains("hush"));
    }
}
