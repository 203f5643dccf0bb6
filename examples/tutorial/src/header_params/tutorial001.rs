//! A header.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[header] user_agent: Option<String>) -> Value {
    json!({ "User-Agent": user_agent })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
