//! What comes in and what goes out, one file a resource.
//!
//! Fields are value types of `models`, so that what has been read is valid; `values` says how those look on the
//! wire. Never: I/O, rules that need the database.

pub mod api_keys;
pub mod auth;
pub mod debug;
pub mod health;
pub mod items;
pub mod jwks;
pub mod page;
pub mod roles;
pub mod root;
pub mod users;
mod values;

pub use page::PageOut;
