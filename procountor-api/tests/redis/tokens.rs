//! Tokens in a real Redis: who asks for one, what stands there and for how long, and that no secret is told.

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

/// Returns the one key that there is, and how many seconds it lives.
fn only(connection: &mut Connection) -> (String, i64) {
    let keys: Vec<String> = connection.keys("*").unwrap();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    (key.clone(), connection.ttl(key).unwrap())
}

#[tokio::test]
async fn many_that_start_at_once_ask_for_one_token() {
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

    // The lease is over; what is left is the token, as long as it lives.
    let mut connection = redis.connection();
    let (key, life) = only(&mut connection);
    assert!(key.starts_with("procountor:tokens:"), "{key}");
    assert!((3_000..=3_600).contains(&life), "{life}");
    for secret in [sandbox.client_secret(), sandbox.api_key()] {
        let kept: String = connection.get(&key).unwrap();
        assert!(!key.contains(secret) && !kept.contains(secret));
    }

    // What is not tokens is told, and replaced.
    let _: () = connection.set(&key, "something else").unwrap();
    let heard = Arc::new(Mutex::new(String::new()));
    let told = Arc::clone(&heard);
    let client = builder(&sandbox)
        .token_store(store(&redis), "company 1")
        .on_token_event(move |notice| *told.lock().unwrap() = notice.to_string())
        .build()
        .unwrap();
    client.authorize().await.unwrap();
    assert_eq!(
        *heard.lock().unwrap(),
        format!(
            "the token store could not be read: the Redis key {key} cannot be read: the stored value is not a token set; remove it"
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
async fn who_ended_while_it_asked_holds_the_others_up_for_a_while_only() {
    if !is_installed("a lease") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    machine(&sandbox, &redis).authorize().await.unwrap();
    let mut connection = redis.connection();
    let (key, _) = only(&mut connection);
    let lease = key.replace(":tokens:", ":lease:");
    let _: () = connection.del(&key).unwrap();
    let _: () = connection.pset_ex(&lease, "somebody", 1_000).unwrap();
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
async fn a_refresh_token_is_kept_for_more_than_half_a_year() {
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
    assert!(only(&mut connection).1 > 184 * day);

    let a_day = Duration::from_secs(day as u64);
    let client = build(store(&redis).keep(a_day).prefix("mine"));
    let _: () = redis::cmd("FLUSHALL").query(&mut connection).unwrap();
    client.authorize().await.unwrap();
    let (key, life) = only(&mut connection);
    assert!(key.starts_with("mine:tokens:"), "{key}");
    assert!((day - 10..=day).contains(&life), "{life}");
}

#[tokio::test]
async fn without_redis_calls_work_and_no_secret_is_told() {
    if !is_installed("no redis for tokens") {
        return;
    }
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut redis = Redis::start_with(Some("s3cret"));
    let wrong = redis.url().replace("s3cret", "gue55");
    let closed = redis.url();
    let heard = Arc::new(Mutex::new(vec![]));
    for url in [wrong, closed] {
        let store = RedisTokenStore::new(&url).unwrap();
        assert!(!format!("{store:?}").contains("s3cret"));
        let told = Arc::clone(&heard);
        let client = builder(&sandbox)
            .token_store(store, "company 1")
            .on_token_event(move |notice| {
                let told_so = format!("{notice} / {notice:?}");
                told.lock().unwrap().push(told_so);
            })
            .build()
            .unwrap();
        client.authorize().await.unwrap();
        // The second store is one of a Redis that has gone.
        redis.kill();
    }
    let heard = heard.lock().unwrap();
    assert!(heard.len() >= 4, "{heard:#?}");
    assert!(heard[0].contains("uthentication"), "{heard:#?}");
    assert!(heard.last().unwrap().contains("refused"), "{heard:#?}");
    for secret in [
        "s3cret",
        "gue55",
        sandbox.client_secret(),
        sandbox.api_key(),
    ] {
        assert!(
            !heard.iter().any(|text| text.contains(secret)),
            "{heard:#?}"
        );
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn tls_is_built_in_and_a_redis_without_it_is_an_error() {
    if !is_installed("TLS") {
        return;
    }
    let (sandbox, redis) = (Sandbox::builder().start().await.unwrap(), Redis::start());
    let store = RedisTokenStore::new(&redis.url().replace("redis://", "rediss://")).unwrap();
    let heard = Arc::new(Mutex::new(vec![]));
    let told = Arc::clone(&heard);
    let client = builder(&sandbox)
        .token_store(store, "company 1")
        .on_token_event(move |notice| told.lock().unwrap().push(notice.to_string()))
        .build()
        .unwrap();
    client.authorize().await.unwrap();
    let heard = heard.lock().unwrap();
    let at = format!("Redis at 127.0.0.1:{}", redis.port());
    assert!(heard[0].contains(&at), "{heard:#?}");
}
