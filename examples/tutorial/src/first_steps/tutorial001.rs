//! The smallest app: one operation at `/`.

use fastrail::prelude::*;

#[get("/")]
async fn root() -> Value {
    json!({ "message": "Hello World" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![root])
}
