//! What operations ask for: who calls, what they may, and the services they work with.
//!
//! Nothing here writes, and no connection is held across hashing or a network call.

pub mod auth;
pub mod client;
pub mod database;
pub mod limits;
pub mod listing;
pub mod origin;
pub mod permissions;
pub mod services;
pub mod settings;
