//! HTTPS only.

use fastrail::prelude::*;

#[get("/")]
async fn main() -> Value {
    json!({ "message": "Hello World" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main]).middleware(HttpsRedirect::new())
}
