//! The limiter in virtual time, with random arrivals and cancelled calls.

use proptest::prelude::*;

use super::*;
use RateLimitPolicy::{Priority, Queued};

const SECOND: Duration = Duration::from_secs(1);

/// Returns the largest number of moments in a window of this length.
fn busiest(moments: &[Instant], window: Duration) -> usize {
    let from_each = moments.iter().map(|from| {
        moments
            .iter()
            .filter(|moment| (*from..*from + window).contains(*moment))
            .count()
    });
    from_each.max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_used_and_not_exceeded_in_any_second() {
    let limiter = RateLimiter::new(RateLimit::per_second(60.0));
    let mut moments = Vec::new();
    for _ in 0..300 {
        limiter.admit().await;
        moments.push(Instant::now());
    }
    assert!(busiest(&moments, SECOND) <= 60);
    let took = moments[299] - moments[0];
    assert!(took < Duration::from_millis(5_400), "{took:?}");
}

#[derive(Clone, Debug)]
struct Call {
    policy: RateLimitPolicy,
    /// Milliseconds since the call before it.
    gap: u64,
    /// Milliseconds until it is dropped.
    timeout: Option<u64>,
    /// Whether the response is a 429.
    too_many: bool,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let policy = prop_oneof![4 => Just(Queued), 1 => Just(Priority)];
    let gap = prop_oneof![4 => Just(0), 4 => 0..40_u64, 1 => 0..3_000_u64];
    let timeout = proptest::option::weighted(0.3, 0..800_u64);
    let call = (policy, gap, timeout, proptest::bool::weighted(0.05));
    let call = call.prop_map(|(policy, gap, timeout, too_many)| Call {
        policy,
        gap,
        timeout,
        too_many,
    });
    proptest::collection::vec(call, 1..120)
}

/// Returns the indices of the admitted calls, and the times.
fn run(requests: f64, calls: &[Call]) -> Vec<(usize, Instant)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let limiter = RateLimiter::new(RateLimit::per_second(requests));
        let admitted = Arc::new(Lock::new(Vec::new()));
        let mut tasks = Vec::new();
        for (index, call) in calls.iter().cloned().enumerate() {
            tokio::time::sleep(Duration::from_millis(call.gap)).await;
            let (limiter, admitted) = (limiter.clone(), Arc::clone(&admitted));
            tasks.push(tokio::spawn(async move {
                let timeout = call.timeout.map_or(SECOND * 10_000, Duration::from_millis);
                let notifier = Notifier::default();
                let permit = limiter.acquire(call.policy, None, &notifier);
                if tokio::time::timeout(timeout, permit).await.is_ok() {
                    admitted.lock().unwrap().push((index, Instant::now()));
                    if call.too_many {
                        limiter.slow_down();
                    }
                }
            }));
            tokio::task::yield_now().await;
        }
        for task in tasks {
            task.await.unwrap();
        }
        Arc::into_inner(admitted).unwrap().into_inner().unwrap()
    })
}

fn moments(admitted: &[(usize, Instant)]) -> Vec<Instant> {
    admitted.iter().map(|(_, moment)| *moment).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_limit_holds_and_each_policy_keeps_its_order(requests in 1..100_u32, calls in calls()) {
        let admitted = run(f64::from(requests), &calls);
        prop_assert!(busiest(&moments(&admitted), SECOND) <= requests as usize);
        let order: Vec<_> = admitted.iter().map(|(index, _)| *index).collect();
        for policy in [Queued, Priority] {
            let order = order.iter().filter(|index| calls[**index].policy == policy);
            prop_assert!(order.is_sorted(), "{policy:?}");
        }
        let mut without_timeout = (0..calls.len()).filter(|index| calls[*index].timeout.is_none());
        prop_assert!(without_timeout.all(|index| order.contains(&index)));
    }

    #[test]
    fn the_limit_of_the_test_server_holds_for_a_minute(calls in calls()) {
        let moments = moments(&run(1.5, &calls));
        prop_assert!(busiest(&moments, SECOND * 60) <= 90);
        prop_assert!(busiest(&moments, SECOND) <= 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_priority_call_takes_the_next_permit() {
    let limiter = RateLimiter::new(RateLimit::per_second(1.0));
    let order = Arc::new(Lock::new(Vec::new()));
    let call = |name, policy| {
        let (limiter, order) = (limiter.clone(), Arc::clone(&order));
        async move {
            limiter.acquire(policy, None, &Notifier::default()).await;
            order.lock().unwrap().push(name);
        }
    };
    let late = |milliseconds, name| {
        let call = call(name, Priority);
        async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            call.await;
        }
    };
    call("first", Queued).await;
    let start = Instant::now();
    tokio::join!(
        call("queued 1", Queued),
        call("queued 2", Queued),
        // The first queued call already waits for the next permit, and loses it.
        late(100, "priority 1"),
        late(200, "priority 2"),
        late(2_500, "priority 3"),
    );
    assert!(start.elapsed() > SECOND * 5);
    let order = order.lock().unwrap().join(", ");
    assert_eq!(
        order,
        "first, priority 1, priority 2, priority 3, queued 1, queued 2"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_takes_no_permit() {
    for policy in [Queued, Priority] {
        let limiter = RateLimiter::new(RateLimit::per_second(1.0));
        limiter.admit().await;
        let notifier = Notifier::default();
        let permit = limiter.acquire(policy, None, &notifier);
        let dropped = tokio::time::timeout(Duration::from_millis(10), permit).await;
        assert!(dropped.is_err());
        let start = Instant::now();
        limiter.admit().await;
        assert!(start.elapsed() < Duration::from_millis(1_020));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_fails_at_once() {
    for policy in [Queued, Priority] {
        let limit = RateLimiter::new(RateLimit::per_second(0.1));
        let limiter = Limiter::new(limit, Notifier::default());
        let admit = |deadline| limiter.admit_before(policy, deadline);
        assert!(admit(Instant::now() + SECOND).await);
        let start = Instant::now();
        assert!(!admit(start + SECOND * 5).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(admit(start + SECOND * 11).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_halves_the_rate_which_then_recovers() {
    let limiter = RateLimiter::new(RateLimit::per_second(10.0));
    let rate = || (USED * limiter.interval().as_secs_f64()).recip().round();
    assert_eq!(rate(), 10.0);
    limiter.slow_down();
    // A second 429 in the same burst has no effect.
    assert_eq!((limiter.slow_down(), rate()), (None, 5.0));
    tokio::time::sleep(SECOND * 30).await;
    assert!((7.0..8.0).contains(&(USED * limiter.interval().as_secs_f64()).recip()));
    tokio::time::sleep(SECOND * 30).await;
    assert_eq!(rate(), 10.0);
    for _ in 0..9 {
        tokio::time::sleep(SECOND).await;
        limiter.slow_down();
    }
    let slowest = (USED * limiter.interval().as_secs_f64()).recip();
    assert!((1.24..1.26).contains(&slowest), "{slowest}");

    let steady = RateLimiter::new(RateLimit::per_second(10.0).slow_down(None));
    assert_eq!(steady.slow_down(), None);
    let odd = SlowDown {
        factor: 0.0,
        least: -1.0,
        recovery: Duration::ZERO,
    };
    let odd = RateLimiter::new(RateLimit::per_second(10.0).slow_down(odd));
    odd.slow_down();
    assert!(odd.interval() >= Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn extreme_limits_do_not_overflow() {
    for requests in [f64::MIN_POSITIVE, f64::MAX, f64::INFINITY] {
        let limiter = RateLimiter::new(RateLimit::per_second(requests));
        limiter.admit().await;
        limiter.slow_down();
        limiter.interval();
    }
}

/// A shared limit with these results, the last one first.
#[derive(Debug)]
struct Scripted(Lock<Vec<Result<Duration, String>>>);

impl SharedLimit for Scripted {
    fn acquire(&self, _: Duration, _: Duration) -> AcquireFuture<'_> {
        Box::pin(async { self.0.lock().unwrap().pop().unwrap() })
    }
}

#[tokio::test(start_paused = true)]
async fn a_shared_limit_applies_in_addition_and_can_fail() {
    let results = vec![
        Err("gone".to_owned()),
        Ok(SECOND * 3),
        Err("gone".to_owned()),
        Ok(Duration::ZERO),
    ];
    let shared = Scripted(Lock::new(results));
    let limiter = RateLimiter::shared(RateLimit::per_second(1.0), shared);
    let start = Instant::now();
    let mut waits = Vec::new();
    for _ in 0..4 {
        limiter.admit().await;
        waits.push(start.elapsed().as_secs());
    }
    // At once; by the local limit; by both; by the local limit.
    assert_eq!(waits, [0, 1, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn late_timers_do_not_lower_the_rate_and_no_burst_follows_a_delay() {
    let limiter = RateLimiter::new(RateLimit::per_second(60.0));
    limiter.admit().await;
    let start = Instant::now();
    for _ in 0..600 {
        limiter.admit().await;
        // The work between two requests.
        tokio::time::advance(Duration::from_micros(300)).await;
    }
    let rate = 600.0 / start.elapsed().as_secs_f64();
    assert!((59.0..59.5).contains(&rate), "{rate}");
    tokio::time::advance(Duration::from_secs(10)).await;
    let start = Instant::now();
    for _ in 0..60 {
        limiter.admit().await;
    }
    let took = start.elapsed();
    assert!(took > Duration::from_millis(985), "{took:?}");
}
