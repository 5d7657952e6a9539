//! Tokens in a real Redis: token requests, keys and their expiry, and secrets.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use procountor_api::{
    ClientBuilder, Environment, M2m, M2mCredentials, OnBehalfCredentials, redis::RedisTokenStore,
    v2604,
};
use procountor_sandbox::Sandbox;
use redis::{Commands, Connection};

use crate::server::{Redis, is_installed};

fn store(redis: &Redis) -> RedisTokenStore {
    RedisTokenStore::new(&redis.url()).unwrap()
}

fn builder(sandbox: &Sandbox) -> ClientBuilder<v2604::V2604, M2m> {
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    v2604::Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .m2m(M2mCredentials::new(id, secret, sandbox.api_key()))
}

fn machine(sandbox: &Sandbox, redis: &Redis) -> v2604::Client {
    let builder = builder(sandbox).token_store(store(redis), "company 1");
    builder.build().unwrap()
}

/// Returns the only key, and the seconds until it expires.
fn only_key(connection: &mut Connection) -> (String, i64) {
    let keys: Vec<String> = connection.keys("*").unwrap();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    (key.clone(), connection.ttl(key).unwrap())
}

#[tokio::test]
async fn clients_that_start_together_request_one_token() {
    if !is_installed("one token") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    let calls = (0..6).map(|_| {
        let client = machine(&sandbox, &redis);
        tokio::spawn(async move { client.authorize().await })
    });
    let calls: Vec<_> = calls.collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(sandbox.ledger().token_requests, 1);

    // The lease has been released, and the token expires with its lifetime.
    let mut connection = redis.connection();
    let (key, life) = only_key(&mut connection);
    assert!(key.starts_with("procountor:tokens:"), "{key}");
    assert!((3_000..=3_600).contains(&life), "{life}");
    for secret in [sandbox.client_secret(), sandbox.api_key()] {
        let kept: String = connection.get(&key).unwrap();
        assert!(!key.contains(secret) && !kept.contains(secret));
    }

    // An invalid value is reported and replaced.
    let _: () = connection.set(&key, "something else").unwrap();
    let event = Arc::new(Mutex::new(String::new()));
    let last = Arc::clone(&event);
    let client = builder(&sandbox)
        .token_store(store(&redis), "company 1")
        .on_token_event(move |event| *last.lock().unwrap() = event.to_string())
        .build()
        .unwrap();
    client.authorize().await.unwrap();
    assert_eq!(
        *event.lock().unwrap(),
        format!(
            "the token store could not be read: the Redis key {key} cannot be read: what is kept are no tokens; remove it"
        )
    );
    assert_eq!(sandbox.ledger().token_requests, 2);
    machine(&sandbox, &redis).authorize().await.unwrap();
    assert_eq!(sandbox.ledger().token_requests, 2);

    client.logout().await.unwrap();
    let keys: Vec<String> = connection.keys("*").unwrap();
    assert!(keys.is_empty(), "{keys:?}");
}

#[tokio::test]
async fn an_abandoned_lease_expires() {
    if !is_installed("a lease") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    machine(&sandbox, &redis).authorize().await.unwrap();
    let mut connection = redis.connection();
    let (key, _) = only_key(&mut connection);
    let lease = key.replace(":tokens:", ":lease:");
    let _: () = connection.del(&key).unwrap();
    let _: () = connection
        .pset_ex(&lease, "another process", 1_000)
        .unwrap();
    let start = Instant::now();
    machine(&sandbox, &redis).authorize().await.unwrap();
    assert_eq!(sandbox.ledger().token_requests, 2);
    let took = start.elapsed();
    assert!(
        took > Duration::from_millis(900) && took < Duration::from_secs(3),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_refresh_token_is_stored_for_more_than_half_a_year() {
    if !is_installed("a refresh token") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    let credentials = OnBehalfCredentials::new(id, secret, sandbox.refresh_token());
    let build = |keep| {
        v2604::Client::builder()
            .environment(Environment::Custom(sandbox.base_url()))
            .on_behalf(credentials.clone())
            .token_store(keep, "person 1")
            .build()
            .unwrap()
    };
    let day = 60 * 60 * 24;
    let mut connection = redis.connection();
    build(store(&redis)).authorize().await.unwrap();
    assert!(only_key(&mut connection).1 > 184 * day);

    let a_day = Duration::from_secs(day as u64);
    let client = build(store(&redis).keep(a_day).prefix("mine"));
    let _: () = redis::cmd("FLUSHALL").query(&mut connection).unwrap();
    client.authorize().await.unwrap();
    let (key, life) = only_key(&mut connection);
    assert!(key.starts_with("mine:tokens:"), "{key}");
    assert!((day - 10..=day).contains(&life), "{life}");
}

#[tokio::test]
async fn without_redis_calls_succeed_and_events_do_not_contain_secrets() {
    if !is_installed("no redis for tokens") {
        return;
    }
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut redis = Redis::start_with(Some("s3cret"));
    let wrong = redis.url().replace("s3cret", "gue55");
    let closed = redis.url();
    let events = Arc::new(Mutex::new(vec![]));
    for url in [wrong, closed] {
        let store = RedisTokenStore::new(&url).unwrap();
        assert!(!format!("{store:?}").contains("s3cret"));
        let all = Arc::clone(&events);
        let client = builder(&sandbox)
            .token_store(store, "company 1")
            .on_token_event(move |event| all.lock().unwrap().push(format!("{event} / {event:?}")))
            .build()
            .unwrap();
        client.authorize().await.unwrap();
        // The second store finds no Redis.
        redis.kill();
    }
    let events = events.lock().unwrap();
    assert!(events.len() >= 4, "{events:#?}");
    assert!(events[0].contains("uthentication"), "{events:#?}");
    assert!(events.last().unwrap().contains("refused"), "{events:#?}");
    for secret in [
        "s3cret",
        "gue55",
        sandbox.client_secret(),
        sandbox.api_key(),
    ] {
        assert!(
            !events.iter().any(|text| text.contains(secret)),
            "{events:#?}"
        );
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn tls_is_built_in_and_a_redis_without_tls_is_an_error() {
    if !is_installed("TLS") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    let store = RedisTokenStore::new(&redis.url().replace("redis://", "rediss://")).unwrap();
    let events = Arc::new(Mutex::new(vec![]));
    let all = Arc::clone(&events);
    let client = builder(&sandbox)
        .token_store(store, "company 1")
        .on_token_event(move |event| all.lock().unwrap().push(event.to_string()))
        .build()
        .unwrap();
    client.authorize().await.unwrap();
    let events = events.lock().unwrap();
    let at = format!("Redis at 127.0.0.1:{}", redis.port());
    assert!(events[0].contains(&at), "{events:#?}");
}
