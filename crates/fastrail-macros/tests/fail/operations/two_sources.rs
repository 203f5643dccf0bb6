//! An argument comes from one place.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items(#[query] #[header] q: String) -> String {
    q
}

fn main() {
    let _ = routes![list_items];
}
