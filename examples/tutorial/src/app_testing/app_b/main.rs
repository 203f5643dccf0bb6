//! An app with a header, two statuses of failure and a small store.

use fastrail::prelude::*;
use std::sync::LazyLock;
use tokio::sync::Mutex;

const FAKE_SECRET_TOKEN: &str = "coneofsilence";

static FAKE_DB: LazyLock<Mutex<BTreeMap<String, Item>>> = LazyLock::new(|| {
    let item = |id: &str, title: &str, description: &str| {
        let [id, title, description] = [id, title, description].map(str::to_owned);
        (id.clone(), Item { id, title, description: Some(description) })
    };
    Mutex::new([item("foo", "Foo", "There goes my hero"), item("bar", "Bar", "The bartenders")].into())
});

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Item {
    id: String,
    title: String,
    description: Option<String>,
}

#[get("/items/{item_id}")]
async fn read_main(item_id: String, #[header] x_token: String) -> Result<Item> {
    if x_token != FAKE_SECRET_TOKEN {
        return Err(Error::new(400, "Invalid X-Token header"));
    }
    FAKE_DB.lock().await.get(&item_id).cloned().ok_or_else(|| Error::new(404, "Item not found"))
}

#[post("/items/")]
async fn create_item(item: Item, #[header] x_token: String) -> Result<Item> {
    if x_token != FAKE_SECRET_TOKEN {
        return Err(Error::new(400, "Invalid X-Token header"));
    }
    let mut db = FAKE_DB.lock().await;
    if db.contains_key(&item.id) {
        return Err(Error::new(409, "Item already exists"));
    }
    db.insert(item.id.clone(), item.clone());
    Ok(item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_main, create_item])
}
