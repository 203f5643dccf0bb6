//! A return type that cannot be answered.

use fastrail::prelude::*;

struct Nope;

#[get("/items")]
async fn list_items() -> Nope {
    Nope
}

fn main() {
    let _ = routes![list_items];
}
