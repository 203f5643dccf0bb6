//! A yes or no in the query: `1`, `true`, `on` and `yes` are yes.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: String, q: Option<String>, #[query(default = false)] short: bool) -> Value {
    let mut item = json!({ "item_id": item_id });
    if let Some(q) = q.filter(|q| !q.is_empty()) {
        item["q"] = q.into();
    }
    if !short {
        item["description"] = "This is an amazing item that has a long description".into();
    }
    item
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item])
}
