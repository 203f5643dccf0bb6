//! Limits each caller: `limited_server RATE [REDIS_URL]`. `cargo xtask traffic` counts what it lets pass.
//!
//! `/open` counts by address, and by itself while Redis is away; `/closed` refuses then.

use fastrail::prelude::*;
use fastrail::rate_limit::{Algorithm, Rate, RateLimit, RateLimits};
use fastrail::redis::Redis;

#[get("/open")]
async fn open() -> &'static str {
    "open"
}

#[get("/closed")]
async fn closed() -> &'static str {
    "closed"
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rate, redis @ ..] = &arguments[..] else { return Err(usage()) };
    let (rate, algorithm) = match rate.split_once(' ') {
        Some((rate, "fixed")) => (rate, Algorithm::FixedWindow),
        Some((rate, "bucket")) => (rate, Algorithm::TokenBucket),
        Some((rate, "sliding")) => (rate, Algorithm::SlidingWindow),
        _ => (rate.as_str(), Algorithm::SlidingWindow),
    };
    let rate: Rate = rate.parse().map_err(|_| usage())?;
    let limit = RateLimit::new(rate.counted_by(algorithm));
    let mut limits = RateLimits::new();
    if let [url] = redis {
        limits = limits.redis(Redis::new(url).map_err(|_| usage())?, "traffic");
    }
    let with = |limit: RateLimit| Router::new("").depends([limit.into()]);
    let app = App::new("Limited", "1.0.0")
        .rate_limits(limits)
        .include(with(limit).include(routes![open]))
        .include(with(limit.name("closed").fail_closed(true)).include(routes![closed]));
    fastrail::serve(app).bind("127.0.0.1:0").await
}

fn usage() -> Error {
    Error::new(500, "limited_server 'RATE [fixed|bucket]' [REDIS_URL]")
}
