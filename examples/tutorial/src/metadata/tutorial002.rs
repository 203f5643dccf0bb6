//! The document at another place.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "name": "Foo" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").openapi_url("/api/v1/openapi.json").include(routes![read_items])
}
