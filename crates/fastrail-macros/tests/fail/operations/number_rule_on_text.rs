//! A rule that means nothing for the type.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items(#[query(ge = 1)] q: String) -> String {
    q
}

fn main() {
    let _ = routes![list_items];
}
