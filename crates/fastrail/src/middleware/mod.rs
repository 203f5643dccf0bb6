//! What stands around every operation: ours, switched on by a line each, an async fn, and any tower layer.
//!
//! One middleware a file. From the outside in: the request id, the access log, metrics, security headers, compression, CORS
//! and the panic guard, in one future; then what [`App::middleware`](crate::App::middleware)
//! has added besides, the last one outermost; then routing; then what the routers around the operation have added
//! ([`Router::middleware`](crate::Router::middleware)), the outer router's first; then the operation.

mod access_log;
#[cfg(feature = "compression")]
mod compression;
mod concurrency_limit;
mod cors;
mod from_fn;
mod https_redirect;
mod outermost;
mod security_headers;
mod stack;
mod trusted_hosts;
mod with_dependencies;

pub(crate) use access_log::{AccessLine, Ending};
#[cfg(feature = "compression")]
pub use compression::Compression;
pub use concurrency_limit::ConcurrencyLimit;
pub use cors::Cors;
pub(crate) use from_fn::{AppOf, Routed};
pub use from_fn::{AsyncFn, MiddlewareOutput, Next};
pub use https_redirect::HttpsRedirect;
pub(crate) use outermost::{Asked, Outermost};
pub use security_headers::SecurityHeaders;
pub use stack::{Middleware, Pipeline, Stack, TowerLayer};
pub use trusted_hosts::TrustedHosts;
pub use with_dependencies::{ByType, Needed, NeededAll, NeededKind, WithDependencies};
