//! Rate limits: how often a caller may use an operation, a router or the app.
//!
//! ```
//! use fastrail::prelude::*;
//! use fastrail::rate_limit::ip;
//!
//! #[post("/login", limit("5/minute", by = ip, name = "login"))]
//! async fn log_in() -> &'static str {
//!     "welcome"
//! }
//!
//! // All operations together, besides.
//! let app = App::new("Shop", "1.0.0").depends(depends![limit("600/minute")]).include(routes![log_in]);
//! ```
//!
//! A limit is a dependency that guards: it is settled with the credentials, before the body is read. Who writes it on an
//! operation counts that operation; on a router or the app, all that is below together. What is limited answers
//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), also with errors, and what is refused 429
//! with `Retry-After` in seconds (RFC 6585 §4).
//!
//! # Counting
//! In this process: a limit of 5 on three instances lets up to 15 through. A key takes 40 to 70 bytes; at
//! [`RateLimits::max_keys`] those that count nothing any more are forgotten first, then a quarter of the others, so that
//! made-up keys cost memory that is bounded. Or in Redis (`RateLimits::redis`, feature `redis`), which all instances share.

mod counter;
mod counters;
mod guard;
mod key;
mod limiter;
mod memory;
mod per;
mod rate;
#[cfg(feature = "redis")]
mod redis;
mod settings;

pub(crate) use counters::Counters;
pub use guard::{Admitted, RateLimit, limit};
pub use key::{LimitKey, ip};
pub use limiter::{RateLimitError, RateLimiter, RateLimiterKind};
use memory::Memory;
pub use per::{RateLimitPer, RateLimited, limit_per};
pub use rate::{Algorithm, Rate, RateError};
pub use settings::RateLimits;
