//! A list of models is no query parameter.

use fastrail::prelude::*;

#[derive(Deserialize, Schema)]
struct Item {
    name: String,
}

#[get("/items")]
async fn list_items(#[query] items: Vec<Item>) -> String {
    items.into_iter().map(|item| item.name).collect()
}

fn main() {
    let _ = routes![list_items];
}
