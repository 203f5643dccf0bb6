//! Fields of a form.

use fastrail::prelude::*;

#[post("/login/")]
async fn login(#[form] username: String, #[form] password: String) -> Value {
    json!({ "username": username })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![login])
}
