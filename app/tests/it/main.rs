//! Tests of the application through its public rooms, on real SQLite files in temporary folders or, with
//! `TEST_DATABASE_URL`, on a real Postgres. One module a room: `routers` asks over HTTP as a user would, `process` runs
//! the binary, the others stand below HTTP.
#![allow(clippy::unwrap_used)]

mod config;
mod events;
mod migrations;
mod models;
mod process;
mod repositories;
mod routers;
mod services;
mod support;
