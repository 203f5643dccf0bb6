//! Changing part of an item with PATCH: a `Patch` tells what is absent from what is `null`.

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

#[derive(Default, Deserialize, Schema)]
#[serde(default)]
struct ItemUpdate {
    name: Patch<Option<String>>,
    description: Patch<Option<String>>,
    price: Patch<Option<f64>>,
    tax: Patch<f64>,
    tags: Patch<Vec<String>>,
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

#[patch("/items/{item_id}")]
async fn update_item(item_id: String, update: ItemUpdate) -> Result<Item> {
    let mut items = ITEMS.lock().await;
    let mut item = Item::deserialize(&items[&item_id]).map_err(Error::internal)?;
    update.name.apply(&mut item.name);
    update.description.apply(&mut item.description);
    update.price.apply(&mut item.price);
    update.tax.apply(&mut item.tax);
    update.tags.apply(&mut item.tags);
    items[item_id] = json!(item);
    Ok(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item, update_item])
}
