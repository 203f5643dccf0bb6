//! A tuple struct has no names.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
struct Pair(i64, i64);

fn main() {}
