//! A body and a path parameter.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
}

#[put("/items/{item_id}")]
async fn update_item(item_id: i64, item: Item) -> Value {
    let mut answer = json!(item);
    answer["item_id"] = item_id.into();
    answer
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
