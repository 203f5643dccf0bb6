//! A path parameter with a title, and a query parameter with another name on the wire.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_items(
    #[path(title = "The ID of the item to get")] item_id: i64,
    #[query(alias = "item-query")] q: Option<String>,
) -> Value {
    match q {
        Some(q) => json!({ "item_id": item_id, "q": q }),
        None => json!({ "item_id": item_id }),
    }
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
