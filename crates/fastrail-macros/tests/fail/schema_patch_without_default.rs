//! A `Patch` that is not defaulted would be required.

use fastrail::schema::{Patch, Schema};
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Update {
    name: Patch<String>,
}

fn main() {}
