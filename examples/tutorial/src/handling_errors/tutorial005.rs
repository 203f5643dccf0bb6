//! A validation error that echoes the body.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    title: String,
    size: i64,
}

#[post("/items/")]
async fn create_item(item: Item) -> Value {
    json!(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
