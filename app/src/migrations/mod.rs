//! The steps of the database's schema, one file a step, each up and down, and how they are
//! applied: all pending ones in one transaction that locks others out.
//!
//! Never: data of the application (roles and permissions are seeded by `services::bootstrap`).

mod connection;
mod m0001_create_users;
mod m0002_create_roles;
mod m0003_create_items;
mod m0004_create_sessions;
mod m0005_create_signing_keys;
mod m0006_rotate_signing_keys;
mod m0007_describe_sessions;
mod m0008_create_login_failures;
mod m0009_create_api_keys;
mod m0010_create_external_identities;
mod runner;
mod tables;

pub use runner::{MigrationError, apply, names, pending, revert};
