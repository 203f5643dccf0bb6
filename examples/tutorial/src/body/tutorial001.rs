//! A model as the body; its numbers may come as text, which is refused elsewhere.

use fastrail::prelude::*;
use fastrail::schema::Lax;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
    price: Lax<f64>,
    tax: Option<Lax<f64>>,
}

#[post("/items/")]
async fn create_item(item: Item) -> Value {
    json!(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
