//! Two processes, one company, one sandbox that counts: with Redis, without it, and while it goes and comes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use procountor_api::{
    Environment, M2mCredentials,
    rate::{RateLimit, RateLimiter},
    redis::{RedisRateLimit, RedisTokenStore},
    v2604,
};
use procountor_sandbox::Sandbox;

use crate::server::{Redis, is_there};

const WORKER: &str = "PROCOUNTOR_TEST_WORKER";
/// The limit of the sandbox.
const LIMIT: usize = 60;

/// One of the processes: calls for as long as it is told, eight at a time, and says how many worked and what went wrong.
#[test]
#[ignore = "a process that the other test starts"]
fn worker() {
    let told = std::env::var(WORKER).expect("what the other test tells");
    let told: Vec<&str> = told.split(' ').collect();
    let [base_url, id, secret, key, redis, seconds] = told[..] else {
        panic!("{told:?}");
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let shared = RedisRateLimit::new(redis, "company 1")
            .unwrap()
            .processes(2);
        let client = v2604::Client::builder()
            .environment(Environment::Custom(base_url.to_owned()))
            .m2m(M2mCredentials::new(id, secret, key))
            .rate_limiter(RateLimiter::shared(RateLimit::per_second(60.0), shared))
            .token_store(RedisTokenStore::new(redis).unwrap(), "company 1")
            .build()
            .unwrap();
        println!("ready");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        let until = Instant::now() + Duration::from_secs(seconds.parse().unwrap());
        let calls = (0..8).map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut count = 0;
                while Instant::now() < until {
                    match client.health_status().get_status().send().await {
                        Ok(_) => count += 1,
                        Err(error) => println!("call failed: {error}"),
                    }
                }
                count
            })
        });
        let calls: Vec<_> = calls.collect();
        let mut count = 0;
        for call in calls {
            count += call.await.unwrap();
        }
        println!("\nworked: {count}");
    });
}

fn start(sandbox: &Sandbox, redis: &Redis, seconds: u64) -> Child {
    let told = format!(
        "{} {} {} {} {} {seconds}",
        sandbox.base_url(),
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
        redis.url(),
    );
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["processes::worker", "--exact", "--ignored", "--nocapture"]);
    command.env(WORKER, told);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().unwrap()
}

/// The most moments in any second, counted in another way than the sandbox does.
fn busiest(moments: &[Duration]) -> usize {
    let from_each = moments.iter().enumerate().map(|(index, from)| {
        let second = moments[index..].iter();
        second
            .take_while(|moment| **moment - *from < Duration::from_secs(1))
            .count()
    });
    from_each.max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_stay_below_the_limit_whatever_redis_does_and_no_call_fails() {
    if !is_there("two processes") {
        return;
    }
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut redis = Redis::start();
    let mut workers: Vec<_> = (0..2).map(|_| start(&sandbox, &redis, 19)).collect();
    let mut said: Vec<_> = workers
        .iter_mut()
        .map(|worker| BufReader::new(worker.stdout.take().unwrap()).lines())
        .collect();
    for lines in &mut said {
        assert!(lines.any(|line| line.unwrap().ends_with("ready")));
    }
    for worker in &mut workers {
        worker.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    let mut phases = vec![];
    let mut phase = async |name, seconds| {
        let before = sandbox.ledger().entries.len();
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        let count = sandbox.ledger().entries.len() - before;
        phases.push((name, count as f64 / seconds));
    };
    phase("begin", 2.0).await;
    phase("places", 3.5).await;
    redis.kill();
    phase("quiet", 3.0).await;
    phase("shares", 2.5).await;
    redis.again();
    phase("warm", 3.0).await;
    phase("places again", 2.0).await;
    // So fast that nobody goes on without it.
    redis.kill();
    redis.again();
    phase("restarted", 2.5).await;

    let said: Vec<Vec<String>> = said
        .into_iter()
        .map(|lines| lines.map(Result::unwrap).collect())
        .collect();
    for worker in &mut workers {
        assert!(worker.wait().unwrap().success());
    }
    let ledger = sandbox.ledger();
    let mut calls: Vec<_> = ledger.of("getStatus").map(|entry| entry.at).collect();
    calls.sort();
    println!(
        "{phases:?}; busiest second {}, {} calls",
        busiest(&calls),
        calls.len()
    );
    assert_eq!(ledger.rate_limit_violations, 0, "{phases:?}");
    assert!(busiest(&calls) <= LIMIT, "{}", busiest(&calls));
    assert_eq!(ledger.token_requests, 1, "one token for both");

    let mut worked = 0;
    for line in said.iter().flatten() {
        assert!(!line.contains("call failed"), "{line}");
        if let Some(count) = line.strip_prefix("worked: ") {
            worked += count.parse::<usize>().unwrap();
        }
    }
    assert_eq!(worked, calls.len());
    let rate = |name| phases.iter().find(|(phase, _)| *phase == name).unwrap().1;
    assert!(rate("places") > 45.0, "the limit is used: {phases:?}");
    assert!(rate("shares") > 40.0, "and without Redis: {phases:?}");
    assert!(rate("places again") > 45.0, "and with it again: {phases:?}");
}
