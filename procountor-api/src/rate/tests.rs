//! The limiter in virtual time: whatever comes when, and whoever stops waiting.

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// The most moments in any window of this length.
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
async fn never_more_than_the_limit_in_any_second_and_hardly_less() {
    let limiter = RateLimiter::new(RateLimit::per_second(60.0));
    let mut moments = Vec::new();
    for _ in 0..300 {
        limiter.admit().await;
        moments.push(Instant::now());
    }
    assert!(busiest(&moments, SECOND) <= 60);
    let took = moments[299] - moments[0];
    assert!(
        took < Duration::from_millis(5_400),
        "the limit is used: {took:?}"
    );
}

/// A call: when it comes after the one before it, when it stops waiting, and whether the server answers it with 429.
type Delivery = (u64, Option<u64>, bool);

fn arrivals() -> impl Strategy<Value = Vec<Delivery>> {
    let gap = prop_oneof![4 => Just(0), 4 => 0..40_u64, 1 => 0..3_000_u64];
    let patience = proptest::option::weighted(0.3, 0..800_u64);
    proptest::collection::vec((gap, patience, proptest::bool::weighted(0.05)), 1..120)
}

/// The calls that were let through: which, and when.
fn run(requests: f64, arrivals: Vec<Delivery>) -> Vec<(usize, Instant)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let limiter = RateLimiter::new(RateLimit::per_second(requests));
        let admitted = Arc::new(Lock::new(Vec::new()));
        let mut calls = Vec::new();
        for (index, (gap, patience, too_many)) in arrivals.into_iter().enumerate() {
            tokio::time::sleep(Duration::from_millis(gap)).await;
            let (limiter, admitted) = (limiter.clone(), Arc::clone(&admitted));
            calls.push(tokio::spawn(async move {
                let patience = patience.map_or(Duration::from_secs(10_000), Duration::from_millis);
                if tokio::time::timeout(patience, limiter.admit())
                    .await
                    .is_ok()
                {
                    admitted.lock().unwrap().push((index, Instant::now()));
                    if too_many {
                        limiter.too_many();
                    }
                }
            }));
            tokio::task::yield_now().await;
        }
        for call in calls {
            call.await.unwrap();
        }
        Arc::into_inner(admitted).unwrap().into_inner().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_the_limit_holds_and_the_order_is_kept(
        requests in 1..100_u32,
        arrivals in arrivals(),
    ) {
        let patient: Vec<_> = (0..arrivals.len()).filter(|index| arrivals[*index].1.is_none()).collect();
        let admitted = run(f64::from(requests), arrivals);
        let moments: Vec<_> = admitted.iter().map(|(_, moment)| *moment).collect();
        prop_assert!(busiest(&moments, SECOND) <= requests as usize);
        let order: Vec<_> = admitted.iter().map(|(index, _)| *index).collect();
        prop_assert!(order.is_sorted(), "{order:?}");
        prop_assert!(patient.iter().all(|index| order.contains(index)));
    }

    #[test]
    fn the_limit_of_the_testing_server_holds_for_a_minute(arrivals in arrivals()) {
        let moments: Vec<_> = run(1.5, arrivals).into_iter().map(|(_, moment)| moment).collect();
        prop_assert!(busiest(&moments, SECOND * 60) <= 90);
        prop_assert!(busiest(&moments, SECOND) <= 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_gives_its_place_back() {
    let limiter = RateLimiter::new(RateLimit::per_second(1.0));
    limiter.admit().await;
    let dropped = tokio::time::timeout(Duration::from_millis(10), limiter.admit()).await;
    assert!(dropped.is_err());
    let start = Instant::now();
    limiter.admit().await;
    assert!(start.elapsed() < Duration::from_millis(1_020));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_come_too_late_is_not_begun() {
    let limiter = Limiter::new(
        RateLimiter::new(RateLimit::per_second(0.1)),
        Notifier::default(),
    );
    assert!(limiter.admit_before(Instant::now() + SECOND).await);
    let start = Instant::now();
    assert!(!limiter.admit_before(start + SECOND * 5).await);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(limiter.admit_before(start + SECOND * 11).await);
}

#[tokio::test(start_paused = true)]
async fn after_a_429_the_rate_is_halved_and_comes_back() {
    let limiter = RateLimiter::new(RateLimit::per_second(10.0));
    let rate = || (USED * limiter.interval().as_secs_f64()).recip().round();
    assert_eq!(rate(), 10.0);
    limiter.too_many();
    // Answers to what was under way do not count again.
    assert_eq!((limiter.too_many(), rate()), (None, 5.0));
    tokio::time::sleep(SECOND * 30).await;
    assert!((7.0..8.0).contains(&(USED * limiter.interval().as_secs_f64()).recip()));
    tokio::time::sleep(SECOND * 30).await;
    assert_eq!(rate(), 10.0);
    for _ in 0..9 {
        tokio::time::sleep(SECOND).await;
        limiter.too_many();
    }
    let slowest = (USED * limiter.interval().as_secs_f64()).recip();
    assert!((1.24..1.26).contains(&slowest), "{slowest}");

    let steady = RateLimiter::new(RateLimit::per_second(10.0).slow_down(None));
    assert_eq!(steady.too_many(), None);
    let odd = SlowDown {
        factor: 0.0,
        least: -1.0,
        recovery: Duration::ZERO,
    };
    let odd = RateLimiter::new(RateLimit::per_second(10.0).slow_down(odd));
    odd.too_many();
    assert!(odd.interval() >= Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn odd_limits_are_no_overflow() {
    for requests in [f64::MIN_POSITIVE, f64::MAX, f64::INFINITY] {
        let limiter = RateLimiter::new(RateLimit::per_second(requests));
        limiter.admit().await;
        limiter.too_many();
        limiter.interval();
    }
}

/// A limit of others that says what it is told to.
#[derive(Debug)]
struct Others(Lock<Vec<Result<Duration, String>>>);

impl SharedLimit for Others {
    fn take(&self, _: Duration, _: Duration) -> AcquireFuture<'_> {
        Box::pin(async { self.0.lock().unwrap().pop().unwrap() })
    }
}

#[tokio::test(start_paused = true)]
async fn a_shared_limit_holds_as_well_and_may_fail() {
    let turns = vec![
        Err("gone".to_owned()),
        Ok(SECOND * 3),
        Err("gone".to_owned()),
        Ok(Duration::ZERO),
    ];
    let limiter = RateLimiter::shared(RateLimit::per_second(1.0), Others(Lock::new(turns)));
    let start = Instant::now();
    let mut waits = Vec::new();
    for _ in 0..4 {
        limiter.admit().await;
        waits.push(start.elapsed().as_secs());
    }
    // At once; by the local limit; that and what the others need; by the local limit again.
    assert_eq!(waits, [0, 1, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn timers_that_are_late_do_not_lower_the_rate_and_delays_are_not_made_good_by_a_burst() {
    let limiter = RateLimiter::new(RateLimit::per_second(60.0));
    limiter.admit().await;
    let start = Instant::now();
    for _ in 0..600 {
        limiter.admit().await;
        // What is done between two requests, as by the one that waits for a page.
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
