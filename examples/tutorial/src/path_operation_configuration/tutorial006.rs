//! A deprecated operation.

use fastrail::prelude::*;

#[get("/items/", tags("items"))]
async fn read_items() -> Value {
    json!([{ "name": "Foo", "price": 42 }])
}

#[get("/users/", tags("users"))]
async fn read_users() -> Value {
    json!([{ "username": "johndoe" }])
}

#[get("/elements/", tags("items"), deprecated)]
async fn read_elements() -> Value {
    json!([{ "item_id": "Foo" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items, read_users, read_elements])
}
