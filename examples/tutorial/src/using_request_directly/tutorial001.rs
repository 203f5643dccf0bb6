//! The request itself: who sends it.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
fn read_root(item_id: String, request: OwnedRequestInfo) -> Value {
    json!({ "client_host": request.client_addr(), "item_id": item_id })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_root])
}
