//! The limit in a real Redis: what stands there, who has to wait, and what is said when it is not there.

use std::time::{Duration, Instant};

use expect_test::expect;
use procountor_api::{rate::SharedLimit, redis::RedisRateLimit};
use redis::Commands;

use crate::server::{Redis, is_there};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_place_is_for_one_and_nobody_who_gives_up_takes_it() {
    if !is_there("the limit") {
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
        assert_eq!(one.take(fast, Duration::MAX).await, Ok(Duration::ZERO));
    }
    let mut connection = redis.connection();
    let keys: Vec<String> = connection.keys("*").unwrap();
    assert_eq!(keys, ["mine:limit:company 1"]);
    let life: i64 = connection.pttl(&keys[0]).unwrap();
    assert!((1..=86_400_000).contains(&life), "{life}");

    // One was told 429: the other hears of it by having to wait.
    let slow = SECOND * 5;
    assert_eq!(one.take(slow, Duration::MAX).await, Ok(Duration::ZERO));
    let mut next = || connection.hget::<_, _, u64>(&keys[0], "next").unwrap();
    let before = next();
    let start = Instant::now();
    let wait = other.take(fast, SECOND).await.unwrap();
    assert!(wait > SECOND * 4 && wait < SECOND * 6, "{wait:?}");
    assert!(start.elapsed() < SECOND / 2, "it is not waited for");
    assert_eq!(next(), before, "and not taken");

    // Everybody else has a limit of their own.
    let else_where = limit().prefix("yours");
    assert_eq!(else_where.take(fast, SECOND).await, Ok(Duration::ZERO));
}

#[tokio::test]
async fn without_redis_a_limit_is_built_and_says_why_it_goes_on_alone() {
    if !is_there("no redis") {
        return;
    }
    let mut redis = Redis::start_with(Some("s3cret"));
    redis.kill();
    let limit = RedisRateLimit::new(&redis.url(), "company 1").unwrap();
    assert!(!format!("{limit:?}").contains("s3cret"));
    let start = Instant::now();
    let wait = limit.take(SECOND / 50, SECOND).await.unwrap();
    assert!(wait > SECOND && start.elapsed() < SECOND * 3 / 2);
    let problem = limit.take(SECOND / 50, Duration::MAX).await.unwrap_err();
    let at = format!("Redis at 127.0.0.1:{}: ", redis.port());
    assert!(
        problem.starts_with(&at) && problem.contains("refused"),
        "{problem}"
    );
    assert!(start.elapsed() > SECOND * 2, "{:?}", start.elapsed());

    // It is there again, and knows another password.
    redis.again();
    let wrong = redis.url().replace("s3cret", "gue55");
    let limit = RedisRateLimit::new(&wrong, "company 1").unwrap();
    let problem = limit.take(SECOND / 50, Duration::MAX).await.unwrap_err();
    assert!(problem.contains("uthentication"), "{problem}");
    assert!(!problem.contains("gue55"), "{problem}");
}

#[test]
fn a_url_that_is_none_is_not_repeated() {
    let told = [
        "http://:s3cret@host",
        "redis://:s3c#ret@host:port",
        "s3cret",
    ]
    .map(|url| {
        let error = RedisRateLimit::new(url, "company 1").unwrap_err();
        assert!(!error.is_temporary());
        error.to_string()
    });
    assert!(told.iter().all(|message| *message == told[0]), "{told:?}");
    expect!["the Redis URL cannot be used; it is written redis://user:password@host:6379/0, or rediss://… for TLS, with special characters of the password percent-encoded"].assert_eq(&told[0]);
}
