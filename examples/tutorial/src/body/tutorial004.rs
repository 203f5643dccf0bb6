//! A body, a path parameter and a query parameter.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
}

#[put("/items/{item_id}")]
async fn update_item(item_id: i64, item: Item, q: Option<String>) -> Value {
    let mut answer = json!(item);
    answer["item_id"] = item_id.into();
    if let Some(q) = q.filter(|q| !q.is_empty()) {
        answer["q"] = q.into();
    }
    answer
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
