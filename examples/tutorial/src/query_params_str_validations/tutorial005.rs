//! A default of one's own.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[query(default = "fixedquery", min_length = 3)] q: String) -> Value {
    json!({ "items": [{ "item_id": "Foo" }, { "item_id": "Bar" }], "q": q })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
