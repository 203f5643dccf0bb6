//! Arguments are owned.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items(q: &str) -> String {
    q.to_owned()
}

fn main() {
    let _ = routes![list_items];
}
