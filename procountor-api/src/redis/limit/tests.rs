//! The coordinator in virtual time, with the real script in a real Redis that gets the time as an argument. Redis goes away
//! and comes back, with and without its data; processes call in bursts; responses are late; packets are delayed.

use std::sync::{Arc, Mutex as Lock};

use proptest::prelude::*;
use tokio::time::{Instant, sleep};

use super::*;

#[allow(dead_code, reason = "the integration tests use the rest")]
#[path = "../../../tests/redis/server.rs"]
mod server;

const SECOND: Duration = Duration::from_secs(1);
/// The start of the test in 2026, in microseconds.
const EPOCH: u64 = 1_780_000_000_000_000;

/// Redis with virtual time. Its connection is a blocking one, so that no real time passes for the runtime.
struct Simulated {
    connection: Lock<redis::Connection>,
    script: Script,
    start: Instant,
    is_up: Lock<bool>,
    /// One query in this many fails or is late, for its process alone.
    faults: u32,
}

impl Simulated {
    fn new(connection: redis::Connection, faults: u32) -> Self {
        let virtual_time = "{ ARGV[9], ARGV[10] }";
        assert!(SCRIPT.contains("redis.call('TIME')"));
        Self {
            connection: Lock::new(connection),
            script: Script::new(&SCRIPT.replace("redis.call('TIME')", virtual_time)),
            start: Instant::now(),
            is_up: Lock::new(true),
            faults,
        }
    }

    fn lose_all(&self) {
        let mut connection = self.connection.lock().unwrap();
        redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
    }

    fn decide(&self, timing: &Timing, longest: Duration) -> Decision {
        let now = EPOCH + micros(self.start.elapsed());
        let mut query = self.script.key("limit");
        query.arg(&arguments(timing, longest));
        query.arg(now / 1_000_000).arg(now % 1_000_000);
        let mut connection = self.connection.lock().unwrap();
        decision(query.invoke(&mut connection).unwrap())
    }
}

impl PermitServer for Simulated {
    async fn request(&self, timing: &Timing, longest: Duration) -> Result<Decision, String> {
        let fault = self.faults > 0 && fastrand::u32(0..self.faults) == 0;
        sleep(Duration::from_micros(fastrand::u64(0..2_000))).await;
        let is_up = *self.is_up.lock().unwrap();
        if !is_up || (fault && fastrand::bool()) {
            sleep(Duration::from_millis(*fastrand::choice(&[0, 300]).unwrap())).await;
            return Err("away".to_owned());
        }
        let decision = self.decide(timing, longest);
        let late = if fault { 100_000 } else { 2_000 };
        sleep(Duration::from_micros(fastrand::u64(0..late))).await;
        Ok(decision)
    }
}

/// An outage of Redis: the milliseconds before it, its milliseconds, and whether all data is lost.
type Outage = (u64, u64, bool);

#[derive(Debug)]
struct Case {
    seed: u64,
    requests: u32,
    processes: u32,
    /// A process pauses after one request in this many.
    pauses: u32,
    /// One query in this many fails or is late.
    faults: u32,
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
        |((seed, requests, processes, pauses, faults), outages)| Case {
            seed,
            requests,
            processes,
            pauses,
            faults,
            outages,
        },
    )
}

/// Returns the times at which requests arrive at the server in half a minute, in order.
fn run(connection: redis::Connection, case: &Case) -> Vec<Instant> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    fastrand::seed(case.seed);
    let leeway = Duration::from_millis(50);
    let interval = SECOND.div_f64(f64::from(case.requests) * 0.99);
    let timing = Timing::new(interval, case.processes, leeway);
    runtime.block_on(async {
        let redis = Arc::new(Simulated::new(connection, case.faults));
        redis.lose_all();
        let mut processes = vec![];
        for _ in 0..case.processes {
            let (redis, pauses) = (Arc::clone(&redis), case.pauses);
            processes.push(tokio::spawn(async move {
                let mut state = LimiterState::default();
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
                    let permit = state.acquire(&*redis, &timing, longest).await;
                    if permit.is_err() || permit == Ok(Duration::ZERO) {
                        let network_delay = fastrand::u64(0..micros(leeway / 2));
                        arrived.push(Instant::now() + Duration::from_micros(network_delay));
                    } else if start.elapsed().is_zero() {
                        sleep(Duration::from_millis(10)).await;
                    }
                }
                arrived
            }));
        }
        for (up, away, data_is_lost) in &case.outages {
            sleep(Duration::from_millis(*up)).await;
            *redis.is_up.lock().unwrap() = false;
            sleep(Duration::from_millis(*away)).await;
            if *data_is_lost {
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
fn no_second_has_more_than_the_limit_during_outages_of_redis() {
    if !server::is_installed("the coordinator") {
        return;
    }
    let redis = server::Redis::start();
    let config = ProptestConfig::with_cases(48);
    proptest!(config, |(case in cases())| {
        let arrived = run(redis.connection(), &case);
        let most = busiest(&arrived, SECOND);
        prop_assert!(most <= case.requests as usize, "{most}");
        // Without pauses at least two thirds of the limit are used, less three seconds for each outage.
        if case.pauses == 0 {
            let least = case.requests as usize * (20 - 3 * case.outages.len());
            prop_assert!(arrived.len() >= least, "{} of {least}", arrived.len());
        }
    });
}
