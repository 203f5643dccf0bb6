//! FastAPI's developer experience in Rust.
#![forbid(unsafe_code)]

pub mod error;
pub mod params;
pub mod schema;

/// What the macros' output stands on; no part of the public interface
#[doc(hidden)]
pub mod __private {
    pub use crate::schema::model;
    pub use serde;
    pub use serde_json;
}
