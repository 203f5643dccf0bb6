//! A summary and a description.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
    #[serde(default)]
    tags: BTreeSet<String>,
}

#[post(
    "/items/",
    summary = "Create an item",
    description = "Create an item with all the information, name, description, price, tax and a set of unique tags"
)]
async fn create_item(item: Item) -> Item {
    item
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
