//! JSON is what every model is answered as; there is no faster class to choose.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "item_id": "Foo" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
