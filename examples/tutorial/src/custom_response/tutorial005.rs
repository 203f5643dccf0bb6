//! Plain text.

use fastrail::prelude::*;

#[get("/")]
async fn main() -> PlainText<&'static str> {
    PlainText("Hello World")
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main])
}
