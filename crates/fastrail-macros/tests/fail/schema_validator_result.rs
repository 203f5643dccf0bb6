//! A validator answers with a `Result` whose error can be told.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(validate = is_even)]
    count: i64,
}

struct Odd;

fn is_even(count: &i64) -> Result<(), Odd> {
    if count % 2 == 0 { Ok(()) } else { Err(Odd) }
}

fn main() {}
