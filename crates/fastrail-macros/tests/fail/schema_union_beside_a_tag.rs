//! Beside a tag there is room for fields only, and a rule belongs to a field.

use fastrail::schema::Schema;
use serde::Deserialize;

#[derive(Deserialize, Schema)]
#[serde(tag = "kind")]
enum Shape {
    Circle(f64),
}

#[derive(Deserialize, Schema)]
enum Size {
    #[schema(gt = 0)]
    Width(f64),
}

#[derive(Deserialize, Schema)]
#[serde(tag = "kind")]
struct Tagged {
    name: String,
}

fn main() {}
