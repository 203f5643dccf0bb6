//! Two operations that answer the same request.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> i64 {
    item_id
}

#[get("/items/{name}")]
async fn read_by_name(name: String) -> String {
    name
}

#[get("/items")]
#[get("/items")]
async fn list_items() {}

fn main() {
    let _ = routes![read_item, read_by_name];
}
