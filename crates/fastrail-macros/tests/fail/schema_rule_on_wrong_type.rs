//! A number rule on a text is one error, at the rule.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(ge = 1)]
    name: Option<String>,
    #[schema(min_items = 1)]
    title: String,
    #[schema(max_length = 3)]
    counts: Vec<u8>,
}

fn main() {}
