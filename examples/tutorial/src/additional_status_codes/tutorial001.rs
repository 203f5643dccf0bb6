//! Another status than the declared one.

use fastrail::prelude::*;
use std::sync::LazyLock;
use tokio::sync::Mutex;

static ITEMS: LazyLock<Mutex<Value>> = LazyLock::new(|| {
    Mutex::new(json!({ "foo": { "name": "Fighters", "size": 6 }, "bar": { "name": "Tenders", "size": 3 } }))
});

#[put("/items/{item_id}")]
async fn upsert_item(item_id: String, #[body] name: Option<String>, #[body] size: Option<i64>) -> (StatusCode, Value) {
    let mut items = ITEMS.lock().await;
    let status = if items.get(&item_id).is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let item = json!({ "name": name, "size": size });
    items[item_id] = item.clone();
    (status, item)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![upsert_item])
}
