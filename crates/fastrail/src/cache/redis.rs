//! Kept in Redis, for all instances with one prefix.

use std::time::Duration;

use ::redis::pipe;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CacheEntry, CacheError, CacheStore, Stored};
use crate::redis::Redis;

/// A store in Redis: one round trip a step, each key with its own time
#[derive(Clone, Debug)]
pub struct RedisStore {
    redis: Redis,
    prefix: String,
}

/// What stands before the body
#[derive(Serialize, Deserialize)]
struct Head {
    versions: Vec<Uuid>,
    headers: Vec<(String, String)>,
    /// How long it was to be kept, in milliseconds; what Redis has left of it tells its age
    ttl: u64,
}

impl RedisStore {
    /// Keys are `PREFIX:cache:…`
    pub fn new(redis: Redis, prefix: &str) -> Self {
        Self { redis, prefix: format!("{prefix}:cache:") }
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl CacheStore for RedisStore {
    fn get<'a>(&'a self, keys: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Stored>>, CacheError>> {
        Box::pin(async move {
            let mut commands = pipe();
            for key in keys.iter().map(|key| self.key(key)) {
                commands.get(&key).pttl(&key);
            }
            let answers: Vec<(Option<Vec<u8>>, i64)> = self
                .redis
                .run(|mut connection| async move {
                    let flat: Vec<::redis::Value> = commands.query_async(&mut connection).await?;
                    flat.chunks_exact(2)
                        .map(|pair| ::redis::FromRedisValue::from_redis_value(::redis::Value::Array(pair.to_vec())))
                        .collect::<Result<_, _>>()
                        .map_err(Into::into)
                })
                .await
                .map_err(CacheError::new)?;
            // What another program, or another version of this one, has put there is nothing.
            Ok(answers.into_iter().map(|(bytes, left)| decode(&Bytes::from(bytes?), left)).collect())
        })
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        entry: CacheEntry,
        ttl: Duration,
        only_new: bool,
    ) -> BoxFuture<'a, Result<(), CacheError>> {
        Box::pin(async move {
            let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
            let Some(bytes) = encode(&entry, millis) else {
                return Err(CacheError::new("a header is no text"));
            };
            let mut command = ::redis::cmd("SET");
            command.arg(self.key(key)).arg(bytes).arg("PX").arg(millis);
            if only_new {
                command.arg("NX");
            }
            let kept = self.redis.run(|mut connection| async move { command.exec_async(&mut connection).await }).await;
            kept.map_err(CacheError::new)
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), CacheError>> {
        Box::pin(async move {
            let mut command = ::redis::cmd("UNLINK");
            command.arg(self.key(key));
            let gone = self.redis.run(|mut connection| async move { command.exec_async(&mut connection).await }).await;
            gone.map_err(CacheError::new)
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), CacheError>> {
        Box::pin(async move { self.redis.ping().await.map_err(CacheError::new) })
    }
}

/// The head's length in four bytes, the head as JSON, the body
fn encode(entry: &CacheEntry, ttl: u64) -> Option<Vec<u8>> {
    let header = |(name, value): &(HeaderName, HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    let headers = entry.headers.iter().map(header).collect::<Option<_>>()?;
    let head = serde_json::to_vec(&Head { versions: entry.versions.to_vec(), headers, ttl }).ok()?;
    let mut bytes = u32::try_from(head.len()).ok()?.to_be_bytes().to_vec();
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&entry.body);
    Some(bytes)
}

fn decode(bytes: &Bytes, left: i64) -> Option<Stored> {
    let (length, _) = bytes.split_first_chunk::<4>()?;
    let end = 4_usize.checked_add(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(bytes.get(4..end)?).ok()?;
    let header = |(name, value): (String, String)| Some((name.parse().ok()?, value.parse().ok()?));
    let headers: Vec<(HeaderName, HeaderValue)> = head.headers.into_iter().map(header).collect::<Option<_>>()?;
    let age = Duration::from_millis(head.ttl.saturating_sub(u64::try_from(left).unwrap_or_default()));
    let entry = CacheEntry { body: bytes.slice(end..), headers: headers.into(), versions: head.versions.into() };
    Some(Stored { entry, age })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_what_is_foreign_is_nothing() {
        let headers = [(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let versions = [Uuid::from_u128(7)];
        let entry = CacheEntry { body: Bytes::from_static(b"[1]"), headers: headers.into(), versions: versions.into() };
        let bytes = Bytes::from(encode(&entry, 60_000).expect("an entry"));
        let stored = decode(&bytes, 45_000).expect("an entry");
        assert_eq!((stored.entry, stored.age), (entry, Duration::from_secs(15)));
        for end in 0..bytes.len() - 3 {
            assert!(decode(&bytes.slice(..end), 1).is_none(), "{end}");
        }
        assert!(decode(&Bytes::from_static(b"\xff\xff\xff\xff{}"), 1).is_none());
    }
}
