//! A value as JSON: what serde makes of it.

use fastrail::prelude::*;
use std::sync::{LazyLock, Mutex};

static FAKE_DB: LazyLock<Mutex<BTreeMap<String, Value>>> = LazyLock::new(Mutex::default);

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    title: String,
    timestamp: DateTime<Utc>,
    description: Option<String>,
}

#[put("/items/{id}")]
fn update_item(id: String, item: Item) -> Value {
    FAKE_DB.lock().expect("nobody panicked").insert(id, json!(item));
    Value::Null
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![update_item])
}
