//! The schema room: types, derive, errors, the strict and the text deserializer.
#![allow(clippy::unwrap_used)] // a failed test may panic, also in a fn that is no #[test] itself

#[path = "schema/mod.rs"]
mod schema_tests;
