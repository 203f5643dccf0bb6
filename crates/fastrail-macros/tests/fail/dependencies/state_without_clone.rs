//! A state that cannot be cloned for the request.

use fastrail::prelude::*;

struct Pool;

#[get("/items")]
async fn list_items(pool: State<Pool>) -> String {
    drop(pool);
    String::new()
}

fn main() {
    let _ = routes![list_items];
}
