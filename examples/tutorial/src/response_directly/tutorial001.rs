//! A value as JSON: what serde makes of it.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    title: String,
    timestamp: NaiveDateTime,
    description: Option<String>,
}

#[put("/items/{id}")]
fn update_item(id: String, item: Item) -> Value {
    json!(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
