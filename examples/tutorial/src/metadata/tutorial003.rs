//! Swagger UI at another place, and no ReDoc.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "name": "Foo" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").docs_url("/documentation").redoc_url(None).include(routes![read_items])
}
