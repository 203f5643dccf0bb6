//! JSON whatever its `Content-Type` says.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    price: f64,
}

#[post("/items/")]
async fn create_item(item: Item) -> Value {
    json!(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").strict_content_type(false).include(routes![create_item])
}
