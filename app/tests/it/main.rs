//! Tests of the application, below HTTP, on real SQLite files.
fn main() {}
