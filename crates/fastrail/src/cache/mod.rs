//! A cache: answers and values that are kept for a while, in this process or in Redis.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use fastrail::prelude::*;
//!
//! #[derive(Serialize, Deserialize, Schema)]
//! struct Price {
//!     cents: u64,
//! }
//!
//! /// The answer is kept for five minutes, by clients and by us
//! #[get("/prices/{name}", cache("5m", tags("prices")))]
//! async fn read_price(name: String) -> Price {
//!     Price { cents: name.len() as u64 }
//! }
//!
//! /// A value is kept, and made once however many ask for it at the same time
//! #[get("/total")]
//! async fn total(cache: Cache) -> Result<Price> {
//!     let cache = cache.tagged(["prices"]);
//!     cache.get_or_insert_with("total", Duration::from_secs(60), async || Ok(Price { cents: 7 })).await
//! }
//!
//! #[derive(Serialize, Deserialize, DomainEvent)]
//! struct PriceChanged;
//!
//! /// What is tagged counts no more
//! #[on_event]
//! async fn forget_prices(_event: Arc<PriceChanged>, cache: Cache) -> Result<(), fastrail::cache::CacheError> {
//!     cache.invalidate("prices").await
//! }
//!
//! let app = App::new("Shop", "1.0.0").include(routes![read_price, total]).listeners(listeners![forget_prices]);
//! ```
//!
//! # Answers
//! `cache("5m")` at a `GET`: a 200 of known length up to 1 MiB is kept and answered again, with `Cache-Control: public,
//! max-age=300`, an `ETag`, `Age` and, for a client that has it, 304 (RFC 9110 §13.1.2, RFC 9111). What stands for one
//! answer is the host, the path, the query and every header that the operation declares as a parameter, which `Vary` names.
//! Since it is for everybody, an operation that reads a credential or a cookie is refused by the build, and an answer that
//! sets a cookie is not kept. Limits, credentials and parameters are settled first; an answer that is there costs neither
//! dependencies nor the fn.
//!
//! The `ETag` is weak, so that it holds for the compressed answer too.
//!
//! # What is guaranteed
//! - Of many that ask for one thing at the same time, one makes it in each process; when it fails, the others each try.
//! - What [`invalidate`](Cache::invalidate) was called for before a value was begun is never answered afterwards, also not
//!   a value that was being made meanwhile.
//! - A cache that is away (Redis) is a cache that has nothing: values are made, and nothing fails.

mod entry;
mod flights;
mod handle;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod responses;
mod store;

pub use entry::CacheEntry;
pub use handle::Cache;
pub use memory::InMemory;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[doc(hidden)]
pub use responses::Keep;
pub use store::{CacheError, CacheStore, Stored};
