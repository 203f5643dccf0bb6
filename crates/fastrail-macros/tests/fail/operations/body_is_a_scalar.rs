//! A JSON body is a model or a list.

use fastrail::prelude::*;

#[post("/items")]
async fn make_item(#[body] count: i64) -> i64 {
    count
}

fn main() {
    let _ = routes![make_item];
}
