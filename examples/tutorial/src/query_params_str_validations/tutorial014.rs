//! A parameter that the document does not tell of.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[query(hidden)] hidden_query: Option<String>) -> Value {
    json!({ "hidden_query": hidden_query.as_deref().unwrap_or("Not found") })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
