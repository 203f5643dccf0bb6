//! A header with an underscore in its name.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[header(alias = "strange_header")] strange_header: Option<String>) -> Value {
    json!({ "strange_header": strange_header })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
