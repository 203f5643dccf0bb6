//! How an app counts.

#[cfg(feature = "redis")]
use crate::redis::Redis;

/// How the limits of an app count; [`App::rate_limits`](crate::App::rate_limits)
#[derive(Clone, Debug)]
#[must_use]
pub struct RateLimits {
    pub(super) enabled: bool,
    pub(super) max_keys: usize,
    #[cfg(feature = "redis")]
    pub(super) redis: Option<(Redis, String)>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            enabled: true,
            max_keys: 1_000_000,
            #[cfg(feature = "redis")]
            redis: None,
        }
    }
}

impl RateLimits {
    /// Limits that count in this process, at most 1,000,000 keys
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether they count at all; default: they do. Off, all pass, and no answer has the headers
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// How many keys are counted in this process at once, 40 to 70 bytes each; default: 1,000,000
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = keys;
        self
    }

    /// Counts in Redis, so that all instances with this prefix count together, by the clock of Redis alone
    ///
    /// Each limit of a request is one round trip. While Redis is away each instance counts by itself, unless a limit
    /// [fails closed](super::RateLimit::fail_closed). The keys are `PREFIX:limit:…`; each expires when it counts nothing any
    /// more. Limits are told apart by the place where they are written, so a new version of the program may begin to
    /// count anew.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, redis: Redis, prefix: impl Into<String>) -> Self {
        self.redis = Some((redis, prefix.into()));
        self
    }
}
