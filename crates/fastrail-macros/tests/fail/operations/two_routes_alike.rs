//! A fn with two attributes that answer the same request.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
#[get("/items/{name}")]
async fn read_item() {}

fn main() {
    let _ = routes![read_item];
}
