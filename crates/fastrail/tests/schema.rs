//! The schema room: types, derive, errors, the strict and the text deserializer.

#[path = "schema/mod.rs"]
mod schema_tests;
