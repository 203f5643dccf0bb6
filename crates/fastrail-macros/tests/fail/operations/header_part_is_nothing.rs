//! What stands in front of a reply is a status, headers or a cookie.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items() -> (u8, String) {
    (1, String::new())
}

fn main() {
    let _ = routes![list_items];
}
