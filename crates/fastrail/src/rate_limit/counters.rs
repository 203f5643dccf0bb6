//! Where an app counts: in its own memory, or in Redis with that to fall back on.

use super::counter::Verdict;
#[cfg(feature = "redis")]
use super::redis::RedisCounters;
use super::{LimitKey, Memory, RateLimit, RateLimits};

/// The counters of an app
#[derive(Debug)]
pub(crate) struct Counters {
    memory: Memory,
    #[cfg(feature = "redis")]
    redis: Option<RedisCounters>,
}

/// Nobody counts, and the limit lets nobody pass uncounted
#[derive(Debug)]
pub(crate) struct Unavailable;

impl Counters {
    /// `None` where limits are switched off
    pub(crate) fn new(settings: RateLimits) -> Option<Self> {
        settings.enabled.then(|| Self {
            memory: Memory::new(settings.max_keys),
            #[cfg(feature = "redis")]
            redis: settings.redis.map(|(redis, prefix)| RedisCounters::new(redis, &prefix)),
        })
    }

    /// Connects, so that the first request need not wait for it
    #[cfg(feature = "redis")]
    pub(crate) async fn start(&self) {
        if let Some(redis) = &self.redis {
            redis.connect().await;
        }
    }

    /// Counts a request at once, where nobody else has to be asked
    pub(super) fn take_here(&self, limit: &RateLimit, key: &LimitKey) -> Option<Verdict> {
        #[cfg(feature = "redis")]
        if self.redis.is_some() {
            return None;
        }
        Some(self.memory.take(limit.number, key, &limit.rate))
    }

    /// Counts a request in Redis; while that is away, here, or not at all
    pub(super) async fn take_there(&self, limit: &RateLimit, key: &LimitKey) -> Result<Verdict, Unavailable> {
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis {
            match redis.take(limit.number, key, &limit.rate).await {
                Some(verdict) => return Ok(verdict),
                None if limit.fail_closed => return Err(Unavailable),
                None => {}
            }
        }
        Ok(self.memory.take(limit.number, key, &limit.rate))
    }
}
