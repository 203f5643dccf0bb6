//! A cookie beside a body.

use fastrail::prelude::*;

#[post("/cookie-and-object/")]
fn create_cookie() -> (SetCookie, Value) {
    let content = json!({ "message": "Come to the dark side, we have cookies" });
    (SetCookie::new("fakesession", "fake-cookie-session-value"), content)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_cookie])
}
