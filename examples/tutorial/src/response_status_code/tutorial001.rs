//! 201 for what was made.

use fastrail::prelude::*;

#[post("/items/", status = 201)]
async fn create_item(name: String) -> Value {
    json!({ "name": name })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_item])
}
