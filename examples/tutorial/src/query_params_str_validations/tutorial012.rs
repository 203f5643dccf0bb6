//! A list with a default.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[query(default = ["foo", "bar"].map(str::to_owned).to_vec())] q: Vec<String>) -> Value {
    json!({ "q": q })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
