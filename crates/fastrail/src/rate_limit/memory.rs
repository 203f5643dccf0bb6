//! Counters in this process: many keys, few bytes each, never more than a bound.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::counter::{Counter, Verdict};
use super::{LimitKey, Rate};

/// Keys of one shard wait for one lock
const SHARDS: usize = 64;

/// The counters of an app
#[derive(Debug)]
pub(crate) struct Memory {
    shards: Box<[Mutex<Shard>]>,
    /// In one shard
    max_keys: usize,
    /// From when time is measured
    start: Instant,
    /// Nobody can choose a key that meets another's
    state: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    counters: HashMap<u64, Entry, BuildHasherDefault<Hashed>>,
}

#[derive(Debug, Default)]
struct Entry {
    counter: Counter,
    /// From when on it counts nothing any more, in seconds from the start
    until: u32,
}

impl Memory {
    pub(crate) fn new(max_keys: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, max_keys: (max_keys / SHARDS).max(1), start: Instant::now(), state: RandomState::new() }
    }

    /// Counts a request under the limit of this number
    pub(super) fn take(&self, limit: u64, key: &LimitKey, rate: &Rate) -> Verdict {
        let elapsed = self.start.elapsed();
        let number = self.number(limit, key);
        let mut shard = self.shards[shard_of(number)].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.counters.len() >= self.max_keys && !shard.counters.contains_key(&number) {
            shard.make_room(elapsed);
        }
        let entry = shard.counters.entry(number).or_default();
        // No algorithm looks back over more than two windows.
        let until = (elapsed + rate.window * 2).as_secs() + 1;
        entry.until = u32::try_from(until).unwrap_or(u32::MAX);
        // The first windows begin with the process; a counter's zero stands before all of them.
        entry.counter.take(rate, elapsed + rate.window * 2)
    }

    fn number(&self, limit: u64, key: &LimitKey) -> u64 {
        self.state.hash_one((limit, key.bytes()))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().expect("no panic").counters.len()).sum()
    }
}

/// By bits that the table of a shard looks at neither for the place nor for the tag
fn shard_of(number: u64) -> usize {
    (number >> 40) as usize % SHARDS
}

impl Shard {
    /// Forgets what counts nothing any more; where that is nothing, a quarter of all
    ///
    /// So a caller with ever new keys pays for this once in a quarter of them, and can be forgotten before its time, but
    /// not make the others wait or the memory grow.
    fn make_room(&mut self, elapsed: Duration) {
        let before = self.counters.len();
        self.counters.retain(|_, entry| u64::from(entry.until) > elapsed.as_secs());
        let wanted = before - before.div_ceil(4);
        if self.counters.len() > wanted {
            let mut excess = self.counters.len() - wanted;
            self.counters.retain(|_, _| {
                excess == 0 || {
                    excess -= 1;
                    false
                }
            });
        }
    }
}

/// The keys are hashes already
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_keys_are_bounded_and_cost_few_bytes() {
        let memory = Memory::new(100_000);
        let rate: Rate = "5/minute".parse().expect("a rate");
        for key in 0..1_000_000_u32 {
            assert!(memory.take(1, &LimitKey::of(key), &rate).allowed);
        }
        assert!((50_000..=100_000).contains(&memory.len()), "{} keys", memory.len());
        // With the table's spare room, 1,000,000 keys take at most 70 MB.
        assert_eq!(size_of::<(u64, Entry)>(), 32);
    }

    #[test]
    fn of_many_at_once_exactly_the_limit_passes() {
        let memory = Memory::new(1_000);
        let rate: Rate = "1000/hour".parse().expect("a rate");
        let key = LimitKey::of("one");
        let passed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..1_000).filter(|_| memory.take(1, &key, &rate).allowed).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(passed, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_forgotten_first() {
        let memory = Memory::new(SHARDS);
        let rate: Rate = "1/minute".parse().expect("a rate");
        let first = LimitKey::of(1);
        let shard = |key: &LimitKey| shard_of(memory.number(1, key));
        let in_its_shard = |key: &LimitKey| shard(key) == shard(&first);
        let second = (2..).map(LimitKey::of).find(in_its_shard).expect("some key shares the shard");
        assert!(memory.take(1, &first, &rate).allowed && !memory.take(1, &first, &rate).allowed);
        tokio::time::advance(Duration::from_secs(121)).await;
        assert!(memory.take(1, &second, &rate).allowed);
        assert_eq!(memory.len(), 1);
        assert!(memory.take(1, &first, &rate).allowed);
    }
}
