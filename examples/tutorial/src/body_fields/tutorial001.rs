//! Fields with rules, and a body under its argument's name.

use fastrail::prelude::*;
use fastrail::schema::Lax;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    #[schema(title = "The description of the item", max_length = 300)]
    description: Option<String>,
    /// The price must be greater than zero
    #[schema(gt = 0)]
    price: Lax<f64>,
    tax: Option<Lax<f64>>,
}

#[put("/items/{item_id}")]
async fn update_item(item_id: i64, #[body(embed)] item: Item) -> Value {
    json!({ "item_id": item_id, "item": item })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
