//! Each kind of rule says what it wants.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(min_length = -1)]
    name: String,
    #[schema(ge = "1")]
    count: i64,
    #[schema(ge = 5, le = 4)]
    level: i64,
    #[schema(ge = 5, ge = 4)]
    twice: i64,
    #[schema(multiple_of = 0)]
    step: i64,
}

fn main() {}
