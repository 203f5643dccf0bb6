//! A number with a lower bound.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_items(#[path(title = "The ID of the item to get", ge = 1)] item_id: i64, q: String) -> Value {
    let mut results = json!({ "item_id": item_id });
    if !q.is_empty() {
        results["q"] = q.into();
    }
    results
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
