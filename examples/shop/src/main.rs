//! The Backend API.
fn main() {}
