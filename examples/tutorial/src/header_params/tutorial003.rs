//! A header that is sent several times.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[header] x_token: Option<Vec<String>>) -> Value {
    json!({ "X-Token values": x_token })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
