//! Enums with data come later.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
enum Shape {
    Point,
    Circle { radius: f64 },
}

fn main() {}
