//! A path parameter that the template does not name.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(#[path] id: i64) -> String {
    id.to_string()
}

fn main() {
    let _ = routes![read_item];
}
