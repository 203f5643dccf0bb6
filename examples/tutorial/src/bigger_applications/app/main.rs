//! The app, of routers in files of their own.

use super::dependencies::{get_query_token, get_token_header};
use super::{internal::admin, routers::items, routers::users};
use fastrail::prelude::*;

#[get("/")]
async fn root() -> Value {
    json!({ "message": "Hello Bigger Applications!" })
}

pub(crate) fn app() -> App {
    let admin = admin::router().tags(["admin"]).depends(depends![get_token_header]).response(418, "I'm a teapot");
    App::new("FastAPI", "0.1.0")
        .depends(depends![get_query_token])
        .include(users::router())
        .include(items::router())
        .include(admin)
        .include(routes![root])
}
