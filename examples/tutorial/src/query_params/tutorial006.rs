//! A required, a defaulted and an optional query parameter.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_user_item(item_id: String, needy: String, #[query(default = 0)] skip: i64, limit: Option<i64>) -> Value {
    json!({ "item_id": item_id, "needy": needy, "skip": skip, "limit": limit })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_user_item])
}
