//! A wrong regular expression is an error at its literal.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(pattern = "^[a-z")]
    name: String,
}

fn main() {}
