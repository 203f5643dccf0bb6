//! A list in the query: `?q=foo&q=bar`.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[query] q: Option<Vec<String>>) -> Value {
    json!({ "q": q })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
