//! Two operations cannot answer one request: an app that says so does not build, so one of them has another path.

use fastrail::prelude::*;

#[get("/users")]
async fn read_users() -> Value {
    json!(["Rick", "Morty"])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_users])
}
