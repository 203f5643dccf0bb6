//! HTTP Basic.

use fastrail::prelude::*;
use fastrail::security::BasicCredentials;

#[get("/users/me")]
fn read_current_user(credentials: BasicCredentials) -> Value {
    json!({ "username": credentials.username(), "password": credentials.password().expose_secret() })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_current_user])
}
