//! What the schema cannot follow is refused, never ignored.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[serde(flatten)]
    inner: Inner,
    #[serde(deserialize_with = "read")]
    name: String,
}

#[derive(Deserialize, Schema)]
struct Inner {}

fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer)
}

fn main() {}
