//! An app inside an app, with documents and docs of its own.

use fastrail::openapi::DocumentStyle;
use fastrail::prelude::*;

#[get("/app")]
fn read_main() -> Value {
    json!({ "message": "Hello World from main app" })
}

#[get("/sub")]
fn read_sub() -> Value {
    json!({ "message": "Hello World from sub API" })
}

pub(crate) fn app() -> App {
    let subapi = App::new("FastAPI", "0.1.0").document_style(DocumentStyle::FastApi).include(routes![read_sub]);
    App::new("FastAPI", "0.1.0").include(routes![read_main]).mount("/subapi", subapi)
}
