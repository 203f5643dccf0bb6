//! A path parameter with a type.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> Value {
    json!({ "item_id": item_id })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item])
}
