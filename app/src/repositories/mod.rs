//! All SQL: the database with its connections, the units of work, the generic [`Repository`] and
//! one file an entity.
//!
//! Invariants: a write needs a [`Session`] by type; nothing here commits by itself; a row's
//! version grows with each update. Never: status codes, rules, the environment.

mod api_keys;
mod connection;
mod constraints;
mod database;
mod error;
mod external_identities;
mod items;
mod login_failures;
mod login_sessions;
mod patterns;
mod pool;
mod postgres;
mod read_session;
mod refresh_tokens;
mod repository;
mod roles;
mod schema_steps;
mod session;
mod signing_keys;
mod sqlite;
mod users;

pub use api_keys::ApiKeyRepository;
pub use connection::Connection;
pub use constraints::{EMAIL_TAKEN, FOREIGN_KEY, ROLE_NAME_TAKEN, USERNAME_TAKEN};
pub use database::{Database, DatabaseOptions};
pub use error::DatabaseError;
pub use external_identities::ExternalIdentityRepository;
pub use items::ItemRepository;
pub use login_failures::LoginFailureRepository;
pub use login_sessions::LoginSessionRepository;
pub use pool::Pool;
pub use read_session::ReadSession;
pub use refresh_tokens::RefreshTokenRepository;
pub use repository::{Repository, Versioned};
pub use roles::RoleRepository;
pub use schema_steps::SchemaStepRepository;
pub use session::Session;
pub use signing_keys::SigningKeyRepository;
pub use users::UserRepository;
