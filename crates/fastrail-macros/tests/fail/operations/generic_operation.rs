//! A path operation has no generics.

use fastrail::prelude::*;

#[get("/items")]
async fn list_items<T: Default>(q: T) -> String {
    String::new()
}

fn main() {}
