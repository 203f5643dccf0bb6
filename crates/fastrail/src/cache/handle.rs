//! What operations hold: values by their keys, tags, single flight.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::flights::{Flight, Flights};
use super::{CacheEntry, CacheError, CacheStore, InMemory, Stored};
use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;
use crate::settings::ByteSize;

/// No entry is kept longer
const MAX_TTL: Duration = Duration::from_secs(30 * 86_400);

/// What an app has that names no other
const DEFAULT_BYTES: ByteSize = ByteSize::new(32 << 20);

/// A cache, as an argument of operations, dependencies and listeners; cloning it is cheap
///
/// Keys and tags are texts of yours: `user:42`. Values are kept as JSON, for at most 30 days. See [the module](crate::cache).
#[derive(Clone)]
pub struct Cache {
    store: Arc<dyn CacheStore>,
    flights: Arc<Flights>,
    tags: Arc<[String]>,
}

/// What a look has brought
pub(super) struct Looked {
    pub(super) found: Option<Stored>,
    /// The present versions of the tags; nothing where the store cannot be asked, and then nothing is to be kept
    pub(super) versions: Option<Arc<[Uuid]>>,
}

impl Cache {
    /// A cache in a store
    pub fn new(store: impl CacheStore) -> Self {
        Self { store: Arc::new(store), flights: Arc::default(), tags: Arc::default() }
    }

    /// A cache in this process, of at most so many bytes
    #[must_use]
    pub fn in_memory(max: ByteSize) -> Self {
        Self::new(InMemory::new(max))
    }

    /// A cache in Redis, which all instances with this prefix share
    #[cfg(feature = "redis")]
    pub fn redis(redis: crate::redis::Redis, prefix: &str) -> Self {
        Self::new(super::RedisStore::new(redis, prefix))
    }

    /// What an app has that names no other: 32 MiB in this process
    pub(crate) fn default_of_app() -> Self {
        Self::in_memory(DEFAULT_BYTES)
    }

    /// The same cache, whose values from here on have these tags besides
    #[must_use]
    pub fn tagged<T: Into<String>>(&self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags = self.tags.iter().cloned().chain(tags.into_iter().map(Into::into)).collect();
        Self { tags, ..self.clone() }
    }

    /// The value under a key; `None` also when the cache is away, or has a value of another shape
    ///
    /// A value with tags is found with the same tags only.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let key = value_key(key);
        read(&key, &self.look(&key).await.found?)
    }

    /// Keeps a value for so long; a cache that is away keeps nothing
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub async fn insert<T: Serialize>(&self, key: &str, value: &T, ttl: Duration) -> Result<(), CacheError> {
        let key = value_key(key);
        let body = Bytes::from(serde_json::to_vec(value).map_err(CacheError::new)?);
        if let Some(versions) = self.look(&key).await.versions {
            self.keep(&key, CacheEntry::value(body, versions), ttl).await;
        }
        Ok(())
    }

    /// The value under a key; where there is none, the one that `make` makes, which is kept for so long
    ///
    /// Of many that ask at the same time one makes it in this process, and the others wait for it; when it fails, or goes
    /// away, each makes its own.
    ///
    /// # Errors
    /// What `make` answers; nothing is kept then.
    pub async fn get_or_insert_with<T, E, F>(&self, key: &str, ttl: Duration, make: F) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce() -> Result<T, E>,
    {
        let key = value_key(key);
        let (looked, flight) = self.look_or_fly(&key).await;
        if let Some(value) = looked.found.and_then(|found| read(&key, &found)) {
            return Ok(value);
        }
        let value = make().await?;
        match (serde_json::to_vec(&value), looked.versions) {
            (Ok(body), Some(versions)) => self.keep(&key, CacheEntry::value(body.into(), versions), ttl).await,
            (Err(error), _) => {
                tracing::warn!(target: "fastrail::cache", key, %error, "a value cannot be kept");
            }
            (_, None) => {}
        }
        drop(flight);
        Ok(value)
    }

    /// Forgets the value under a key, whatever tags it has
    ///
    /// # Errors
    /// When the cache is away: the value may still be there.
    pub async fn remove(&self, key: &str) -> Result<(), CacheError> {
        self.store.remove(&value_key(key)).await
    }

    /// Lets everything count no more that has this tag, on all instances that share the store
    ///
    /// # Errors
    /// When the cache is away: what is tagged may still be there.
    pub async fn invalidate(&self, tag: &str) -> Result<(), CacheError> {
        self.store.set(&tag_key(tag), CacheEntry::version(Uuid::now_v7()), MAX_TTL, false).await
    }

    /// Whether the store can be used, for a readiness probe
    ///
    /// # Errors
    /// When it cannot.
    pub async fn ping(&self) -> Result<(), CacheError> {
        self.store.ping().await
    }

    /// Looks, and where nothing is found joins the flight; whoever waited looks again
    pub(super) async fn look_or_fly(&self, key: &str) -> (Looked, Option<Flight>) {
        let looked = self.look(key).await;
        if looked.found.is_some() || looked.versions.is_none() {
            return (looked, None);
        }
        match self.flights.join(key).await {
            Some(flight) => (looked, Some(flight)),
            None => (self.look(key).await, None),
        }
    }

    /// What is kept under a key and still counts, and the versions that the tags have now
    async fn look(&self, key: &str) -> Looked {
        match self.try_look(key).await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::debug!(target: "fastrail::cache", %error, "nothing is looked up");
                Looked { found: None, versions: None }
            }
        }
    }

    async fn try_look(&self, key: &str) -> Result<Looked, CacheError> {
        let keys: Vec<String> = [key.to_owned()].into_iter().chain(self.tags.iter().map(|tag| tag_key(tag))).collect();
        let mut stored = self.store.get(&keys).await?.into_iter();
        let found = stored.next().flatten();
        let mut versions = Vec::with_capacity(self.tags.len());
        for (tag, stored) in keys[1..].iter().zip(stored) {
            versions.push(match stored.and_then(|stored| stored.entry.as_version()) {
                Some(version) => version,
                None => self.begin(tag).await?,
            });
        }
        // A tag that was forgotten has a new version: what was kept under the old one does not count.
        let found = found.filter(|found| *found.entry.versions == *versions);
        Ok(Looked { found, versions: Some(versions.into()) })
    }

    /// Gives a tag its first version; another may have been faster
    async fn begin(&self, tag: &str) -> Result<Uuid, CacheError> {
        let version = Uuid::now_v7();
        self.store.set(tag, CacheEntry::version(version), MAX_TTL, true).await?;
        let stored = self.store.get(&[tag.to_owned()]).await?.into_iter().next().flatten();
        Ok(stored.and_then(|stored| stored.entry.as_version()).unwrap_or(version))
    }

    pub(super) async fn keep(&self, key: &str, entry: CacheEntry, ttl: Duration) {
        if let Err(error) = self.store.set(key, entry, ttl.min(MAX_TTL), false).await {
            tracing::debug!(target: "fastrail::cache", %error, "nothing is kept");
        }
    }
}

fn value_key(key: &str) -> String {
    format!("value:{key}")
}

fn tag_key(tag: &str) -> String {
    format!("tag:{tag}")
}

fn read<T: DeserializeOwned>(key: &str, found: &Stored) -> Option<T> {
    match serde_json::from_slice(&found.entry.body) {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::warn!(target: "fastrail::cache", key, %error, "a value of another shape is kept");
            None
        }
    }
}

impl RequestPart for Cache {
    fn of(cx: &RequestContext) -> Self {
        cx.app.cache().clone()
    }
}

impl Argument for Cache {
    type Kind = RequestPartKind;
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("tags", &self.tags).finish_non_exhaustive()
    }
}
