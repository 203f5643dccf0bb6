//! The same with a blocking fn, which runs on the blocking pool.

use fastrail::prelude::*;

#[get("/")]
fn root() -> Value {
    json!({ "message": "Hello World" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![root])
}
