//! A fixed path goes before a parameter, in whatever order the two are declared.

use fastrail::prelude::*;

#[get("/users/me")]
async fn read_user_me() -> Value {
    json!({ "user_id": "the current user" })
}

#[get("/users/{user_id}")]
async fn read_user(user_id: String) -> Value {
    json!({ "user_id": user_id })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_user_me, read_user])
}
