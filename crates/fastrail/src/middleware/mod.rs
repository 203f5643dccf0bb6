//! What stands around every operation: ours, switched on by a line each, and any tower layer.
//!
//! One middleware a file. From the outside in: the request id, the access log, the security headers and the panic
//! guard, which are steps of [`handle`](crate::app) and cost no box; then what [`App::middleware`](crate::App::middleware)
//! has added, the last one outermost; then routing.

mod access_log;
#[cfg(feature = "compression")]
mod compression;
mod cors;
mod security_headers;
mod stack;

pub(crate) use access_log::AccessLog;
#[cfg(feature = "compression")]
pub use compression::Compression;
pub use cors::Cors;
pub use security_headers::SecurityHeaders;
pub use stack::{Middleware, Pipeline, Stack};
