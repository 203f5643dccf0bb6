//! The three ways to count, as steps of a few numbers; whoever keeps those decides where.

use std::time::Duration;

use super::{Algorithm, Rate};

/// What is known of one key
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counter {
    /// Windows: the number of the present one. Bucket: when it is full again, in nanoseconds
    at: u64,
    /// In the window before
    before: u32,
    /// In the present window
    now: u32,
}

/// What has become of a request
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) allowed: bool,
    /// How many more would pass now
    pub(super) remaining: u32,
    /// Until more pass than now; for a refused request, until one passes
    pub(super) reset: Duration,
}

impl Verdict {
    /// The seconds until then; rounded up, so that whoever waits as told passes
    pub(super) fn reset_seconds(&self) -> u64 {
        self.reset.as_secs() + u64::from(self.reset.subsec_nanos() > 0)
    }
}

impl Counter {
    /// The windows of a counter that is kept elsewhere
    #[cfg(feature = "redis")]
    pub(super) fn of_windows(before: u32, now: u32) -> Self {
        Self { at: 0, before, now }
    }

    /// The bucket of a counter that is kept elsewhere: when it is full again
    #[cfg(feature = "redis")]
    pub(super) fn of_bucket(full_at: Duration) -> Self {
        Self { at: full_at.as_nanos() as u64, ..Self::default() }
    }

    /// Counts a request at `now`, measured from any fixed moment, when it is allowed
    pub(super) fn take(&mut self, rate: &Rate, now: Duration) -> Verdict {
        let allowed = match rate.algorithm {
            Algorithm::SlidingWindow => {
                self.turn(rate, now);
                self.count(self.carried(rate, now) + self.now < rate.limit)
            }
            Algorithm::FixedWindow => {
                self.turn(rate, now);
                self.count(self.now < rate.limit)
            }
            Algorithm::TokenBucket => self.take_token(rate, now),
        };
        self.verdict(rate, now, allowed)
    }

    /// What is told of a counter that has just counted, or refused, a request
    pub(super) fn verdict(&self, rate: &Rate, now: Duration, allowed: bool) -> Verdict {
        let (remaining, reset) = match rate.algorithm {
            Algorithm::SlidingWindow => self.tell_sliding(rate, now, allowed),
            Algorithm::FixedWindow => (rate.limit.saturating_sub(self.now), left(rate, now)),
            Algorithm::TokenBucket => self.tell_bucket(rate, now, allowed),
        };
        Verdict { allowed, remaining: if allowed { remaining } else { 0 }, reset: nanoseconds(reset) }
    }

    /// Goes on to the window that `now` is in
    fn turn(&mut self, rate: &Rate, now: Duration) {
        let index = (now.as_nanos() / rate.window.as_nanos()) as u64;
        match index.saturating_sub(self.at) {
            0 => {}
            1 => (self.before, self.now) = (self.now, 0),
            _ => (self.before, self.now) = (0, 0),
        }
        self.at = self.at.max(index);
    }

    fn count(&mut self, allowed: bool) -> bool {
        self.now += u32::from(allowed);
        allowed
    }

    /// What of the window before still counts; rounded up, so that it never is too little
    fn carried(&self, rate: &Rate, now: Duration) -> u32 {
        (u128::from(self.before) * left(rate, now)).div_ceil(rate.window.as_nanos()) as u32
    }

    fn tell_sliding(&self, rate: &Rate, now: Duration, allowed: bool) -> (u32, u128) {
        let (window, left) = (rate.window.as_nanos(), left(rate, now));
        if allowed {
            return (rate.limit.saturating_sub(self.carried(rate, now) + self.now), left);
        }
        // One passes when what is carried has shrunk to `limit − 1 − now`: in this window, or, where that is none, in the
        // next one, which carries what this one has counted.
        let shrunk = |carried: u32, room: u32| u128::from(room) * window / u128::from(carried.max(1));
        let reset = match (rate.limit - 1).checked_sub(self.now) {
            Some(room) => left.saturating_sub(shrunk(self.before, room)),
            None => (left + window).saturating_sub(shrunk(self.now, rate.limit - 1)),
        };
        (0, reset)
    }

    /// The generic cell rate algorithm (ITU-T I.371): the bucket is the moment at which it will be full
    fn take_token(&mut self, rate: &Rate, now: Duration) -> bool {
        let (each, room) = bucket(rate);
        let now = now.as_nanos();
        let full_at = u128::from(self.at).max(now) + each;
        let allowed = full_at <= now + room;
        if allowed {
            self.at = full_at as u64;
        }
        allowed
    }

    fn tell_bucket(&self, rate: &Rate, now: Duration, allowed: bool) -> (u32, u128) {
        let (each, room) = bucket(rate);
        let (now, full_at) = (now.as_nanos(), u128::from(self.at));
        match allowed {
            true => (((now + room).saturating_sub(full_at) / each) as u32, full_at.saturating_sub(now)),
            false => (0, (full_at + each).saturating_sub(now + room)),
        }
    }
}

/// What is left of the window that `now` is in, in nanoseconds
fn left(rate: &Rate, now: Duration) -> u128 {
    let window = rate.window.as_nanos();
    window - now.as_nanos() % window
}

/// How long a token takes to come, and a whole bucket, in nanoseconds
pub(super) fn bucket(rate: &Rate) -> (u128, u128) {
    let each = rate.window.as_nanos() / u128::from(rate.limit);
    (each, each * u128::from(rate.limit))
}

fn nanoseconds(count: u128) -> Duration {
    Duration::from_nanos(u64::try_from(count).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Algorithm; 3] = [Algorithm::SlidingWindow, Algorithm::FixedWindow, Algorithm::TokenBucket];

    fn rate(text: &str, algorithm: Algorithm) -> Rate {
        text.parse::<Rate>().expect(text).counted_by(algorithm)
    }

    #[test]
    fn exactly_the_limit_passes_at_once_and_the_rest_is_told_when() {
        for algorithm in ALL {
            let (rate, mut counter) = (rate("3/30s", algorithm), Counter::default());
            let now = Duration::from_secs(3_000);
            let passed: Vec<_> = (0..3).map(|_| counter.take(&rate, now)).map(|v| (v.allowed, v.remaining)).collect();
            assert_eq!(passed, [(true, 2), (true, 1), (true, 0)], "{algorithm:?}");
            let refused = counter.take(&rate, now);
            assert!(!refused.allowed && refused.remaining == 0, "{algorithm:?}");
            let wait = match algorithm {
                Algorithm::TokenBucket => 10,
                Algorithm::FixedWindow => 30,
                Algorithm::SlidingWindow => 40, // a third of the next window
            };
            assert_eq!(refused.reset, Duration::from_secs(wait), "{algorithm:?}");
        }
    }

    #[test]
    fn around_a_seam_a_fixed_window_passes_twice_the_limit_and_a_sliding_one_does_not() {
        let passed = |algorithm| {
            let (rate, mut counter) = (rate("10/10s", algorithm), Counter::default());
            let times = (0..10).map(|_| 99_999).chain((0..10).map(|_| 100_001));
            times.filter(|now| counter.take(&rate, Duration::from_millis(*now)).allowed).count()
        };
        assert_eq!(passed(Algorithm::FixedWindow), 20);
        assert_eq!(passed(Algorithm::SlidingWindow), 10);
        assert_eq!(passed(Algorithm::TokenBucket), 10);
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_passes_and_not_a_nanosecond_before(
            limit in 1_u32..50, seconds in 1_u64..100, steps in proptest::collection::vec(0_u64..20_000, 1..120),
        ) {
            for algorithm in ALL {
                let rate = rate(&format!("{limit}/{seconds}s"), algorithm);
                let (mut counter, mut now) = (Counter::default(), Duration::from_secs(1_000_000));
                for step in &steps {
                    now += Duration::from_millis(*step);
                    let verdict = counter.take(&rate, now);
                    prop_assert!(verdict.remaining < limit || !verdict.allowed);
                    if !verdict.allowed {
                        prop_assert!(verdict.reset > Duration::ZERO);
                        let early = now + verdict.reset - Duration::from_nanos(1);
                        prop_assert!(!counter.clone().take(&rate, early).allowed, "{algorithm:?} too early");
                        prop_assert!(counter.clone().take(&rate, now + verdict.reset).allowed, "{algorithm:?} too late");
                    }
                }
            }
        }

        #[test]
        fn as_many_as_remain_pass_at_once(limit in 1_u32..50, steps in proptest::collection::vec(0_u64..20_000, 1..60)) {
            for algorithm in ALL {
                let rate = rate(&format!("{limit}/60s"), algorithm);
                let (mut counter, mut now) = (Counter::default(), Duration::from_secs(5_000));
                for step in &steps {
                    now += Duration::from_millis(*step);
                    let remaining = counter.take(&rate, now).remaining;
                    let mut other = counter;
                    let passed = (0..=remaining).filter(|_| other.take(&rate, now).allowed).count();
                    prop_assert_eq!(passed as u32, remaining, "{:?}", algorithm);
                }
            }
        }

        #[test]
        fn after_two_windows_it_is_as_if_it_had_never_been(limit in 1_u32..20, count in 1_u32..30, wait in 0_u64..200) {
            for algorithm in ALL {
                let rate = rate(&format!("{limit}/60s"), algorithm);
                let (mut counter, now) = (Counter::default(), Duration::from_secs(5_000));
                for _ in 0..count {
                    counter.take(&rate, now);
                }
                let later = now + rate.window * 2 + Duration::from_secs(wait);
                prop_assert_eq!(counter.take(&rate, later), Counter::default().take(&rate, later));
            }
        }
    }
}
