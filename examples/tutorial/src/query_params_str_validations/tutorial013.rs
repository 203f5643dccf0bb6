//! A list of anything.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[query(default)] q: Vec<Value>) -> Value {
    json!({ "q": q })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
