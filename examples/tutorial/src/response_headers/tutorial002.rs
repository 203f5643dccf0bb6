//! A header beside a body.

use fastrail::prelude::*;
use http::HeaderName;

#[get("/headers-and-object/")]
fn get_headers() -> ([(HeaderName, &'static str); 1], Value) {
    let x_cat_dog = (HeaderName::from_static("x-cat-dog"), "alone in the world");
    ([x_cat_dog], json!({ "message": "Hello World" }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_headers])
}
