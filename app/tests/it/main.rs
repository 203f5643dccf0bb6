//! Tests of the application, below HTTP, through its public rooms, on real SQLite files in
//! temporary folders or, with `TEST_DATABASE_URL`, on a real Postgres. One module a room.
#![allow(clippy::unwrap_used)]

mod config;
mod migrations;
mod models;
mod repositories;
mod services;
mod support;
