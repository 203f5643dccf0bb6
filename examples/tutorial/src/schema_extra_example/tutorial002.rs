//! Examples of fields.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    #[schema(example = "Foo")]
    name: String,
    #[schema(example = "A very nice Item")]
    description: Option<String>,
    #[schema(example = 35.4)]
    price: f64,
    #[schema(example = 3.2)]
    tax: Option<f64>,
}

#[put("/items/{item_id}")]
async fn update_item(item_id: i64, item: Item) -> Value {
    json!({ "item_id": item_id, "item": item })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
