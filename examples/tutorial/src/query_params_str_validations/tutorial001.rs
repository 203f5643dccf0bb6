//! An optional query parameter.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(q: Option<String>) -> Value {
    let mut results = json!({ "items": [{ "item_id": "Foo" }, { "item_id": "Bar" }] });
    if let Some(q) = q.filter(|q| !q.is_empty()) {
        results["q"] = q.into();
    }
    results
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
