//! A body of a type that only serde knows.

use fastrail::prelude::*;

#[derive(Deserialize)]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(body: Item) -> String {
    body.name
}

fn main() {
    let _ = routes![create_item];
}
