//! FastAPI's developer experience in Rust.
#![forbid(unsafe_code)]

pub mod error;
pub mod schema;
