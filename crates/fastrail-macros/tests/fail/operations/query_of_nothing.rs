//! The same with a source.

use fastrail::prelude::*;

struct Nope;

#[get("/items")]
async fn list_items(#[query] q: Nope) -> String {
    String::new()
}

fn main() {
    let _ = routes![list_items];
}
