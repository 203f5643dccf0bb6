//! A parameterised dependency is given a value of another type, and none.

use fastrail::prelude::*;

#[dependency]
async fn requires(#[parameter] permission: &'static str) {
    let _ = permission;
}

#[get("/items", requires(5))]
async fn list_items() {}

#[get("/users", depends(requires))]
async fn list_users() {}

fn main() {
    let _ = routes![list_items, list_users];
}
