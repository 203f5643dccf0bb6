//! An argument of a type that is no parameter, no model, no dependency and no credential.

use fastrail::prelude::*;

struct Nope;

#[get("/items")]
async fn list_items(nope: Nope) -> String {
    String::new()
}

fn main() {
    let _ = routes![list_items];
}
