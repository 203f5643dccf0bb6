//! The app that the neighbouring test is about.

use fastrail::prelude::*;

#[get("/")]
async fn read_main() -> Value {
    json!({ "msg": "Hello World" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_main])
}
