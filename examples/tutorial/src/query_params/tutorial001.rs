//! Query parameters with defaults.

use fastrail::prelude::*;

const FAKE_ITEMS: [&str; 3] = ["Foo", "Bar", "Baz"];

#[get("/items/")]
async fn read_item(#[query(default = 0)] skip: i64, #[query(default = 10)] limit: i64) -> Value {
    let page = FAKE_ITEMS.iter().skip(skip as usize).take(limit as usize);
    page.map(|name| json!({ "item_name": name })).collect()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item])
}
