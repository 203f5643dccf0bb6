//! Bounds of a number with a fraction.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_items(
    #[path(title = "The ID of the item to get", ge = 0, le = 1000)] item_id: i64,
    q: String,
    #[query(gt = 0, lt = 10.5)] size: f64,
) -> Value {
    let mut results = json!({ "item_id": item_id, "size": size });
    if !q.is_empty() {
        results["q"] = q.into();
    }
    results
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
