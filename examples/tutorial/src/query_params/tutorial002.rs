//! An optional query parameter.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: String, q: Option<String>) -> Value {
    match q {
        Some(q) => json!({ "item_id": item_id, "q": q }),
        None => json!({ "item_id": item_id }),
    }
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item])
}
