//! Replacing an item with PUT.

use fastrail::prelude::*;
use std::sync::LazyLock;
use tokio::sync::Mutex;

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(default)]
struct Item {
    name: Option<String>,
    description: Option<String>,
    price: Option<f64>,
    tax: f64,
    tags: Vec<String>,
}

impl Default for Item {
    fn default() -> Self {
        Self { name: None, description: None, price: None, tax: 10.5, tags: vec![] }
    }
}

static ITEMS: LazyLock<Mutex<Value>> = LazyLock::new(|| {
    Mutex::new(json!({
        "foo": { "name": "Foo", "price": 50.2 },
        "bar": { "name": "Bar", "description": "The bartenders", "price": 62, "tax": 20.2 },
        "baz": { "name": "Baz", "description": null, "price": 50.2, "tax": 10.5, "tags": [] },
    }))
});

#[get("/items/{item_id}")]
async fn read_item(item_id: String) -> Result<Item> {
    Item::deserialize(&ITEMS.lock().await[item_id]).map_err(Error::internal)
}

#[put("/items/{item_id}")]
async fn update_item(item_id: String, item: Item) -> Item {
    ITEMS.lock().await[item_id] = json!(item);
    item
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item, update_item])
}
