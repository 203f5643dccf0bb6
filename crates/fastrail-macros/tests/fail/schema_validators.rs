//! Where a validator has no place, and what it must be.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(validate = "is_even")]
    count: i64,
}

#[derive(Deserialize, Schema)]
#[schema(validate = known)]
enum Kind {
    A,
    B,
}

#[derive(Deserialize, Schema)]
#[schema(validate = known)]
struct Id(i64);

#[derive(Deserialize, Schema)]
enum Shape {
    Line(#[schema(validate = known)] f64, f64),
}

fn main() {}
