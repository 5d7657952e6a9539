//! The rate limit in a real Redis: its key, the waits, and the errors without Redis.

use std::time::{Duration, Instant};

use expect_test::expect;
use procountor_api::{rate::SharedLimit, redis::RedisRateLimit};
use redis::Commands;

use crate::server::{Redis, is_installed};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_permit_is_granted_once_and_not_taken_for_too_long_a_wait() {
    if !is_installed("the limit") {
        return;
    }
    let redis = Redis::start();
    let limit = || {
        let limit = RedisRateLimit::new(&redis.url(), "company 1").unwrap();
        limit.processes(2).prefix("mine")
    };
    let (one, other) = (limit(), limit());
    let start = Instant::now();
    let fast = Duration::from_millis(50);
    while start.elapsed() < SECOND * 3 {
        assert_eq!(one.acquire(fast, Duration::MAX).await, Ok(Duration::ZERO));
    }
    let mut connection = redis.connection();
    let keys: Vec<String> = connection.keys("*").unwrap();
    assert_eq!(keys, ["mine:limit:company 1"]);
    let life: i64 = connection.pttl(&keys[0]).unwrap();
    assert!((1..=86_400_000).contains(&life), "{life}");

    // One process received a 429, so the other has to wait.
    let slow = SECOND * 5;
    assert_eq!(one.acquire(slow, Duration::MAX).await, Ok(Duration::ZERO));
    let mut next = || connection.hget::<_, _, u64>(&keys[0], "next").unwrap();
    let before = next();
    let start = Instant::now();
    let wait = other.acquire(fast, SECOND).await.unwrap();
    assert!(wait > SECOND * 4 && wait < SECOND * 6, "{wait:?}");
    assert!(start.elapsed() < SECOND / 2, "it returns at once");
    assert_eq!(next(), before, "the permit is not taken");

    // Another prefix is another limit.
    let other = limit().prefix("yours");
    assert_eq!(other.acquire(fast, SECOND).await, Ok(Duration::ZERO));
}

#[tokio::test]
async fn without_redis_the_local_quota_is_used_and_the_error_is_returned() {
    if !is_installed("no redis") {
        return;
    }
    let mut redis = Redis::start_with(Some("s3cret"));
    redis.kill();
    let limit = RedisRateLimit::new(&redis.url(), "company 1").unwrap();
    assert!(!format!("{limit:?}").contains("s3cret"));
    let start = Instant::now();
    let wait = limit.acquire(SECOND / 50, SECOND).await.unwrap();
    assert!(wait > SECOND && start.elapsed() < SECOND * 3 / 2);
    let problem = limit.acquire(SECOND / 50, Duration::MAX).await.unwrap_err();
    let at = format!("Redis at 127.0.0.1:{}: ", redis.port());
    assert!(
        problem.starts_with(&at) && problem.contains("refused"),
        "{problem}"
    );
    assert!(start.elapsed() > SECOND * 2, "{:?}", start.elapsed());

    // Redis is back, with another password.
    redis.restart();
    let wrong = redis.url().replace("s3cret", "gue55");
    let limit = RedisRateLimit::new(&wrong, "company 1").unwrap();
    let problem = limit.acquire(SECOND / 50, Duration::MAX).await.unwrap_err();
    assert!(problem.contains("uthentication"), "{problem}");
    assert!(!problem.contains("gue55"), "{problem}");
}

#[test]
fn an_invalid_url_is_not_repeated_in_the_error() {
    let messages = [
        "http://:s3cret@host",
        "redis://:s3c#ret@host:port",
        "s3cret",
    ]
    .map(|url| {
        let error = RedisRateLimit::new(url, "company 1").unwrap_err();
        assert!(!error.is_temporary());
        error.to_string()
    });
    assert!(
        messages.iter().all(|message| *message == messages[0]),
        "{messages:?}"
    );
    expect!["the Redis URL is not valid; write redis://user:password@host:6379/0, or rediss://… for TLS, and percent-encode special characters of the password"].assert_eq(&messages[0]);
}
