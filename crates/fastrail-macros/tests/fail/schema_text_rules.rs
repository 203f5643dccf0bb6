//! Sanitizing is for texts, digits are for decimals, and a flag has no value.

use fastrail::schema::{Email, Schema};
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Item {
    #[schema(trim)]
    count: i64,
    #[schema(trim)]
    mail: Email,
    #[schema(max_digits = 3)]
    level: i64,
    #[schema(unique_items)]
    tags: std::collections::BTreeSet<String>,
}

#[derive(Deserialize, Schema)]
struct Values {
    #[schema(trim = true)]
    name: String,
    #[schema(max_digits = 2, decimal_places = 3)]
    price: f64,
}

fn main() {}
