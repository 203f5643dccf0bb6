//! A field whose type has no schema says what to derive.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(ge = 1)]
    owner: Owner,
}

#[derive(Deserialize)]
struct Owner {
    name: String,
}

fn main() {}
