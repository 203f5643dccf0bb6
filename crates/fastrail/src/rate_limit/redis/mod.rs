//! Counters in Redis: one atomic script a request, by the server's own clock.
//!
//! A script moves the counter on and decides; what the answer tells is worked out here, by the code that counts in this
//! process ([`Counter::verdict`]). Lua's numbers are exact up to 2⁵³, so nanoseconds are pairs there and products are
//! compared by their halves.

use std::sync::Arc;
use std::time::Duration;

use ::redis::{Script, ScriptInvocation};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::counter::{Counter, Verdict, bucket};
use super::{Algorithm, LimitKey, Rate};
use crate::redis::Redis;

const FIXED_WINDOW: &str = include_str!("fixed_window.lua");
const SLIDING_WINDOW: &str = include_str!("sliding_window.lua");
const TOKEN_BUCKET: &str = include_str!("token_bucket.lua");

/// The counters of all apps with one prefix
#[derive(Debug)]
pub(super) struct RedisCounters {
    redis: Redis,
    prefix: String,
    scripts: Arc<Scripts>,
}

#[derive(Debug)]
struct Scripts {
    fixed_window: Script,
    sliding_window: Script,
    token_bucket: Script,
}

/// What every script answers: whether the request is allowed, the counter's two numbers, seconds and microseconds of the
/// server's clock
type Answer = (u8, u64, u64, u64, u64);

impl RedisCounters {
    pub(super) fn new(redis: Redis, prefix: &str) -> Self {
        Self { redis, prefix: format!("{prefix}:limit:"), scripts: Arc::new(Scripts::new(str::to_owned)) }
    }

    pub(super) async fn connect(&self) {
        self.redis.connect().await;
    }

    /// Counts a request; `None` when Redis does not
    pub(super) async fn take(&self, limit: u64, key: &LimitKey, rate: &Rate) -> Option<Verdict> {
        let invocation = self.scripts.of(rate, self.name(limit, key));
        let answer: Answer = self
            .redis
            .run(|mut connection| async move { invocation.invoke_async(&mut connection).await })
            .await
            .ok()?;
        Some(verdict(rate, answer))
    }

    /// A digest, so that neither addresses nor API keys stand in Redis, and long keys cost no more
    fn name(&self, limit: u64, key: &LimitKey) -> String {
        let digest = Sha256::new().chain_update(limit.to_le_bytes()).chain_update(key.bytes()).finalize();
        let mut name = String::with_capacity(self.prefix.len() + 22);
        name.push_str(&self.prefix);
        URL_SAFE_NO_PAD.encode_string(&digest[..16], &mut name);
        name
    }
}

impl Scripts {
    fn new(edit: impl Fn(&str) -> String) -> Self {
        let script = |text| Script::new(&edit(text));
        Self {
            fixed_window: script(FIXED_WINDOW),
            sliding_window: script(SLIDING_WINDOW),
            token_bucket: script(TOKEN_BUCKET),
        }
    }

    fn of(&self, rate: &Rate, name: String) -> ScriptInvocation<'_> {
        let script = match rate.algorithm {
            Algorithm::FixedWindow => &self.fixed_window,
            Algorithm::SlidingWindow => &self.sliding_window,
            Algorithm::TokenBucket => {
                let (each, room) = bucket(rate);
                let mut invocation = self.token_bucket.key(name);
                for nanoseconds in [each, room] {
                    invocation.arg((nanoseconds / SECOND) as u64).arg((nanoseconds % SECOND) as u64);
                }
                return invocation;
            }
        };
        let mut invocation = script.key(name);
        invocation.arg(rate.limit).arg(rate.window.as_micros() as u64);
        invocation
    }
}

const SECOND: u128 = 1_000_000_000;

fn verdict(rate: &Rate, (allowed, first, second, seconds, microseconds): Answer) -> Verdict {
    let now = Duration::from_secs(seconds) + Duration::from_micros(microseconds);
    let counter = match rate.algorithm {
        Algorithm::FixedWindow | Algorithm::SlidingWindow => Counter::of_windows(first as u32, second as u32),
        Algorithm::TokenBucket => Counter::of_bucket(Duration::from_secs(first) + Duration::from_nanos(second)),
    };
    counter.verdict(rate, now, allowed == 1)
}

#[cfg(test)]
mod tests;
