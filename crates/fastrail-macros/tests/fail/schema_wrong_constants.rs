//! A constant in a rule is tested as a literal is: its type, its value, and whether the rules contradict each other.

use fastrail::schema::Schema;
use serde::Deserialize;

const MOST: i64 = 4;
const WORDS: &str = "four";
const COUNT: u32 = 3;

#[derive(Deserialize, Schema)]
struct Contradiction {
    #[schema(ge = 5, le = MOST)]
    level: i64,
}

#[derive(Deserialize, Schema)]
struct Zero {
    #[schema(multiple_of = MOST - 4)]
    step: i64,
}

#[derive(Deserialize, Schema)]
struct Types {
    #[schema(le = WORDS)]
    count: i64,
    #[schema(max_length = COUNT)]
    name: String,
}

fn main() {}
