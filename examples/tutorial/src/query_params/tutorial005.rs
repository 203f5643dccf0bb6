//! A required query parameter.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_user_item(item_id: String, needy: String) -> Value {
    json!({ "item_id": item_id, "needy": needy })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_user_item])
}
