//! Business rules, one file a family of use cases.
//!
//! Each service has its own error enum. Never: HTTP types, SQL, the environment. Services on a
//! `Session` leave its commit to their caller; `authentication` (with `callers` and `lockout`), `keys` and `bootstrap`
//! commit sessions of their own, because what they decide must outlive the caller's error.

pub mod api_keys;
pub mod authentication;
pub mod bootstrap;
pub mod client;
pub mod clock;
pub mod external;
pub mod health;
pub mod items;
pub mod keys;
pub mod lockout;
pub mod logins;
pub mod outbox;
pub mod principal;
pub mod random;
pub mod registration;
pub mod roles;
pub mod sealing;
pub mod statistics;
pub mod tokens;
pub mod users;

mod callers;
mod refreshes;
mod rotation;

pub use crate::repositories::DatabaseError;
