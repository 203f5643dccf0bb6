//! Kept in this process: bounded by bytes, the least used leave first.

use std::fmt;
use std::future::ready;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use moka::Expiry;
use moka::sync::Cache as Moka;

use super::{CacheEntry, CacheError, CacheStore, Stored};
use crate::settings::ByteSize;

/// A store in this process; what is used least leaves when the bytes are full (W-TinyLFU)
pub struct InMemory {
    kept: Moka<String, Kept>,
}

#[derive(Clone)]
struct Kept {
    entry: CacheEntry,
    ttl: Duration,
    since: Instant,
}

/// Each entry has its own time
struct ByEntry;

impl Expiry<String, Kept> for ByEntry {
    fn expire_after_create(&self, _: &String, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.ttl)
    }

    fn expire_after_update(&self, _: &String, kept: &Kept, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(kept.ttl)
    }
}

impl InMemory {
    /// At most so many bytes, keys and bookkeeping included
    #[must_use]
    pub fn new(max: ByteSize) -> Self {
        let weigh = |key: &String, kept: &Kept| u32::try_from(key.len() + kept.entry.weight()).unwrap_or(u32::MAX);
        let kept = Moka::builder().max_capacity(max.bytes()).weigher(weigh).expire_after(ByEntry).build();
        Self { kept }
    }
}

impl CacheStore for InMemory {
    fn get<'a>(&'a self, keys: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Stored>>, CacheError>> {
        let stored = |kept: Kept| Stored { entry: kept.entry, age: kept.since.elapsed() };
        Box::pin(ready(Ok(keys.iter().map(|key| self.kept.get(key).map(stored)).collect())))
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        entry: CacheEntry,
        ttl: Duration,
        only_new: bool,
    ) -> BoxFuture<'a, Result<(), CacheError>> {
        let kept = Kept { entry, ttl, since: Instant::now() };
        if only_new {
            self.kept.entry_by_ref(key).or_insert(kept);
        } else {
            self.kept.insert(key.to_owned(), kept);
        }
        Box::pin(ready(Ok(())))
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), CacheError>> {
        self.kept.invalidate(key);
        Box::pin(ready(Ok(())))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), CacheError>> {
        Box::pin(ready(Ok(())))
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").field("entries", &self.kept.entry_count()).finish_non_exhaustive()
    }
}
