//! The scripts against the counters in this process: the same verdicts, at any time, of any rate.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::redis::test_server;

/// Counters whose clock is in the arguments, in place of the server's; keys expire by the server's, unless they stay
fn with_clock(redis: Redis, stay: bool) -> RedisCounters {
    let clock = |text: &str| {
        let edited = text.replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
        assert_ne!(edited, text, "the script asks for the time");
        let staying = edited.replace("'PX', ", "'PX', '1000000' .. ");
        assert_ne!(edited, staying, "its key expires");
        if stay { staying } else { edited }
    };
    RedisCounters { redis, prefix: format!("test:{}:limit:", Uuid::now_v7()), scripts: Arc::new(Scripts::new(clock)) }
}

impl RedisCounters {
    async fn take_at(&self, limit: u64, key: &LimitKey, rate: &Rate, now: Duration) -> Verdict {
        let mut invocation = self.scripts.of(rate, self.name(limit, key));
        invocation.arg(now.as_secs()).arg(now.subsec_micros());
        let asked = self.redis.run(|mut connection| async move { invocation.invoke_async(&mut connection).await });
        verdict(rate, asked.await.expect("it answers"))
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A rate of which each part may be extreme, and the pauses between requests in microseconds
fn requests() -> impl Strategy<Value = (u32, u64, Vec<u64>)> {
    let limit = prop_oneof![1_u32..8, 1_u32..100, Just(999_999_937), Just(1_000_000_000)];
    let seconds = prop_oneof![1_u64..5, 1_u64..100_000, Just(2_592_000)];
    (limit, seconds).prop_flat_map(|(limit, seconds)| {
        let window = seconds * 1_000_000;
        let pause = prop_oneof![0..=2_u64, 0..=window / u64::from(limit) + 1, 0..=window, 0..=window * 3];
        (Just(limit), Just(seconds), proptest::collection::vec(pause, 1..40))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn redis_says_what_this_process_says((limit, seconds, pauses) in requests()) {
        let Some(redis) = test_server() else { return Ok(()) };
        let runtime = runtime();
        let counters = with_clock(redis, true);
        for algorithm in [Algorithm::SlidingWindow, Algorithm::FixedWindow, Algorithm::TokenBucket] {
            let rate = format!("{limit}/{seconds}s").parse::<Rate>().expect("a rate").counted_by(algorithm);
            let (mut counter, key) = (Counter::default(), LimitKey::of(format!("{algorithm:?}")));
            let mut now = Duration::from_secs(1_795_000_000);
            for pause in &pauses {
                now += Duration::from_micros(*pause);
                let there = runtime.block_on(counters.take_at(1, &key, &rate, now));
                prop_assert_eq!(there, counter.take(&rate, now), "{:?} at {:?}", rate, now);
            }
        }
    }
}

#[test]
fn full_windows_of_the_largest_rate_are_compared_exactly() {
    let Some(redis) = test_server() else { return };
    let counters = with_clock(redis.clone(), true);
    let rate: Rate = "1000000000/30d".parse().expect("a rate");
    let window = rate.window.as_secs();
    runtime().block_on(async {
        // Of the window before, all but one is there; at which moment the last one passes is told to the microsecond.
        for (before, count) in [(1_000_000_000, 1), (999_999_999, 123_456_789), (7, 999_999_993)] {
            let key = LimitKey::of((before, count));
            let name = counters.name(1, &key);
            let kept = format!("700 {before} {count}");
            let set = redis.run(|mut connection| async move {
                ::redis::cmd("SET").arg(name).arg(kept).exec_async(&mut connection).await
            });
            set.await.expect("it answers");
            let start = Duration::from_secs(700 * window);
            let mut counter = Counter::of_windows(before, count);
            let refused = counters.take_at(1, &key, &rate, start).await;
            assert_eq!(refused, counter.verdict(&rate, start, false));
            let passes = Duration::from_micros((start + refused.reset).as_nanos().div_ceil(1_000) as u64);
            let early = counters.take_at(1, &key, &rate, passes - Duration::from_micros(1)).await;
            assert!(!early.allowed, "{before}, {count}");
            let in_time = counters.take_at(1, &key, &rate, passes).await;
            assert!(in_time.allowed, "{before}, {count}");
            counter = Counter::of_windows(before, count + 1);
            assert_eq!(in_time, counter.verdict(&rate, passes, true));
        }
    });
}

#[test]
fn a_key_expires_when_it_counts_nothing_any_more() {
    let Some(redis) = test_server() else { return };
    let counters = with_clock(redis.clone(), false);
    runtime().block_on(async {
        // Half a second into a window of ten.
        let now = Duration::from_millis(1_795_000_000_500);
        for (algorithm, useful) in
            [(Algorithm::SlidingWindow, 19_501), (Algorithm::FixedWindow, 9_501), (Algorithm::TokenBucket, 5_001)]
        {
            let rate = "2/10s".parse::<Rate>().expect("a rate").counted_by(algorithm);
            let key = LimitKey::of(format!("{algorithm:?}"));
            counters.take_at(1, &key, &rate, now).await;
            let name = counters.name(1, &key);
            let ttl = redis.run(|mut connection| async move {
                ::redis::cmd("PTTL").arg(name).query_async::<u64>(&mut connection).await
            });
            let ttl = ttl.await.expect("it answers");
            assert!((useful - 500..=useful).contains(&ttl), "{algorithm:?}: {ttl}");
        }
    });
}

#[test]
fn the_server_s_own_clock_counts_and_two_prefixes_count_apart() {
    let Some(redis) = test_server() else { return };
    let prefix = || format!("test:{}", Uuid::now_v7());
    let (one, other) = (RedisCounters::new(redis.clone(), &prefix()), RedisCounters::new(redis, &prefix()));
    runtime().block_on(async {
        for algorithm in [Algorithm::SlidingWindow, Algorithm::FixedWindow, Algorithm::TokenBucket] {
            let rate = "3/30d".parse::<Rate>().expect("a rate").counted_by(algorithm);
            let key = LimitKey::of(format!("{algorithm:?}"));
            let mut passed = 0;
            for _ in 0..10 {
                passed += u32::from(one.take(1, &key, &rate).await.expect("it answers").allowed);
            }
            assert_eq!(passed, 3, "{algorithm:?}");
            assert!(one.take(2, &key, &rate).await.expect("it answers").allowed, "another limit");
            assert!(other.take(1, &key, &rate).await.expect("it answers").allowed, "another app");
        }
    });
}
