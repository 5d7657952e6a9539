//! The walk in virtual time with the real script in a real Redis, which is told what time it is: Redis goes and comes, with
//! and without what it knew; processes call in bursts; answers are late; packets bunch up on the way.

use std::sync::{Arc, Mutex as Lock};

use proptest::prelude::*;
use redis::Connection;
use tokio::time::{Instant, sleep};

use super::*;

#[allow(dead_code, reason = "the tests of the package use more of it")]
#[path = "../../tests/redis/server.rs"]
mod server;

const SECOND: Duration = Duration::from_secs(1);
/// Microseconds in 2026.
const EPOCH: u64 = 1_780_000_000_000_000;

/// Redis, as the processes see it. Nothing real waits: connections are those of threads.
struct Simulated {
    connection: Lock<Connection>,
    script: Script,
    start: Instant,
    is_up: Lock<bool>,
    /// One ask in so many fails or is late, for this process alone.
    trouble: u32,
}

impl Simulated {
    fn new(connection: Connection, trouble: u32) -> Self {
        let told = "{ ARGV[9], ARGV[10] }";
        assert!(SCRIPT.contains("redis.call('TIME')"));
        Self {
            connection: Lock::new(connection),
            script: Script::new(&SCRIPT.replace("redis.call('TIME')", told)),
            start: Instant::now(),
            is_up: Lock::new(true),
            trouble,
        }
    }

    fn lose_all(&self) {
        let mut connection = self.connection.lock().unwrap();
        redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
    }

    fn asked(&self, spans: &Spans, longest: Duration) -> Decision {
        let now = EPOCH + micros(self.start.elapsed());
        let mut ask = self.script.key("limit");
        ask.arg(&arguments(spans, longest));
        ask.arg(now / 1_000_000).arg(now % 1_000_000);
        let mut connection = self.connection.lock().unwrap();
        decision(ask.invoke(&mut connection).unwrap())
    }
}

impl Decide for Simulated {
    async fn decide(&self, spans: &Spans, longest: Duration) -> Result<Decision, String> {
        let trouble = self.trouble > 0 && fastrand::u32(0..self.trouble) == 0;
        sleep(Duration::from_micros(fastrand::u64(0..2_000))).await;
        let is_up = *self.is_up.lock().unwrap();
        if !is_up || (trouble && fastrand::bool()) {
            sleep(Duration::from_millis(*fastrand::choice(&[0, 300]).unwrap())).await;
            return Err("away".to_owned());
        }
        let decision = self.asked(spans, longest);
        let late = if trouble { 100_000 } else { 2_000 };
        sleep(Duration::from_micros(fastrand::u64(0..late))).await;
        Ok(decision)
    }
}

/// What happens to Redis: how long it is there, how long it is away then, and whether it has lost everything.
type Outage = (u64, u64, bool);

#[derive(Debug)]
struct Case {
    seed: u64,
    requests: u32,
    processes: u32,
    /// A process pauses after one request in so many.
    pauses: u32,
    /// One ask in so many is in trouble.
    trouble: u32,
    outages: Vec<Outage>,
}

fn cases() -> impl Strategy<Value = Case> {
    let away = prop_oneof![1 => 0..300_u64, 1 => 1_000..3_500_u64, 1 => 3_000..6_000_u64];
    let outage = (0..6_000_u64, away, any::<bool>());
    let numbers = (
        any::<u64>(),
        prop_oneof![Just(60_u32), Just(20), Just(7)],
        1..7_u32,
        prop_oneof![Just(0_u32), Just(3), Just(30)],
        prop_oneof![Just(0_u32), Just(100)],
    );
    let outages = proptest::collection::vec(outage, 0..5);
    (numbers, outages).prop_map(
        |((seed, requests, processes, pauses, trouble), outages)| Case {
            seed,
            requests,
            processes,
            pauses,
            trouble,
            outages,
        },
    )
}

/// The moments in which requests arrive at the server, in order; for half a minute.
fn run(connection: Connection, case: &Case) -> Vec<Instant> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    fastrand::seed(case.seed);
    let leeway = Duration::from_millis(50);
    let interval = SECOND.div_f64(f64::from(case.requests) * 0.99);
    let spans = Spans::new(interval, case.processes, leeway);
    runtime.block_on(async {
        let redis = Arc::new(Simulated::new(connection, case.trouble));
        redis.lose_all();
        let mut processes = vec![];
        for _ in 0..case.processes {
            let (redis, pauses) = (Arc::clone(&redis), case.pauses);
            processes.push(tokio::spawn(async move {
                let mut walk = Walk::default();
                let mut arrived = vec![];
                while redis.start.elapsed() < SECOND * 30 {
                    if pauses > 0 && fastrand::u32(0..pauses) == 0 {
                        sleep(Duration::from_millis(fastrand::u64(0..4_000))).await;
                    }
                    let longest = match fastrand::u32(0..20) {
                        0 => Duration::from_millis(fastrand::u64(0..100)),
                        _ => Duration::MAX,
                    };
                    let start = Instant::now();
                    let turn = walk.turn(&*redis, &spans, longest).await;
                    if turn.is_err() || turn == Ok(Duration::ZERO) {
                        let on_the_way = fastrand::u64(0..micros(leeway / 2));
                        arrived.push(Instant::now() + Duration::from_micros(on_the_way));
                    } else if start.elapsed().is_zero() {
                        sleep(Duration::from_millis(10)).await;
                    }
                }
                arrived
            }));
        }
        for (there, away, empty) in &case.outages {
            sleep(Duration::from_millis(*there)).await;
            *redis.is_up.lock().unwrap() = false;
            sleep(Duration::from_millis(*away)).await;
            if *empty {
                redis.lose_all();
            }
            *redis.is_up.lock().unwrap() = true;
        }
        let mut arrived = vec![];
        for process in processes {
            arrived.extend(process.await.unwrap());
        }
        arrived.sort();
        arrived
    })
}

fn busiest(moments: &[Instant], window: Duration) -> usize {
    let from_each = moments.iter().enumerate().map(|(index, from)| {
        let within = moments[index..].iter();
        within
            .take_while(|moment| **moment - *from < window)
            .count()
    });
    from_each.max().unwrap_or(0)
}

#[test]
fn no_second_has_more_than_the_limit_however_redis_goes_and_comes() {
    if !server::is_there("the walk") {
        return;
    }
    let redis = server::Redis::start();
    let config = ProptestConfig::with_cases(48);
    proptest!(config, |(case in cases())| {
        let arrived = run(redis.connection(), &case);
        let most = busiest(&arrived, SECOND);
        prop_assert!(most <= case.requests as usize, "{most}");
        // Nobody starves: with no pauses at least a third of the limit is used, whatever happens.
        if case.pauses == 0 {
            let least = case.requests as usize * 30 / 3;
            prop_assert!(arrived.len() >= least, "{} of {least}", arrived.len());
        }
    });
}
