//! Where things are kept: the one trait.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::CacheEntry;

/// An entry that was found, and how long ago it was kept
#[derive(Clone, Debug)]
pub struct Stored {
    /// What was kept
    pub entry: CacheEntry,
    /// Since when
    pub age: Duration,
}

/// A place to keep entries in: [`InMemory`](super::InMemory), `RedisStore`, or one of your own
///
/// It may forget whatever it likes, whenever it likes.
pub trait CacheStore: Send + Sync + 'static {
    /// What is kept under each of these keys, in their order, in one step
    ///
    /// # Errors
    /// When the place cannot be asked.
    fn get<'a>(&'a self, keys: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Stored>>, CacheError>>;

    /// Keeps an entry for so long; `only_new`: unless there is one
    ///
    /// # Errors
    /// When it cannot be kept.
    fn set<'a>(
        &'a self,
        key: &'a str,
        entry: CacheEntry,
        ttl: Duration,
        only_new: bool,
    ) -> BoxFuture<'a, Result<(), CacheError>>;

    /// Forgets what is kept under a key
    ///
    /// # Errors
    /// When the place cannot be asked.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), CacheError>>;

    /// Whether it can be used, for a readiness probe
    ///
    /// # Errors
    /// When it cannot.
    fn ping(&self) -> BoxFuture<'_, Result<(), CacheError>>;
}

/// Why a cache could not be asked; never with what was to be kept
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheError(String);

impl CacheError {
    /// With a reason for the log
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cache cannot be asked: {}", self.0)
    }
}

impl std::error::Error for CacheError {}
