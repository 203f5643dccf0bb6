//! Working with the body's fields.

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
    let mut answer = json!(item);
    if let Some(tax) = item.tax {
        answer["price_with_tax"] = (*item.price + *tax).into();
    }
    answer
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
