//! Another status for success.

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

#[post("/items/", status = 201)]
async fn create_item(item: Item) -> Item {
    item
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
