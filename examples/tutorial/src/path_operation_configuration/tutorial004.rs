//! The comment on an operation is its summary and its description.

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

/// Create an item
///
/// Create an item with all the information:
///
/// - **name**: each item must have a name
/// - **description**: a long description
/// - **price**: required
/// - **tax**: if the item doesn't have tax, you can omit this
/// - **tags**: a set of unique tag strings for this item
#[post("/items/")]
async fn create_item(item: Item) -> Item {
    item
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
