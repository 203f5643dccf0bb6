//! Headers beside a body.

use fastrail::prelude::*;
use http::HeaderName;

#[get("/headers/")]
fn get_headers() -> ([(HeaderName, &'static str); 2], Value) {
    let x_cat_dog = (HeaderName::from_static("x-cat-dog"), "alone in the world");
    let language = (http::header::CONTENT_LANGUAGE, "en-US");
    ([x_cat_dog, language], json!({ "message": "Hello World" }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_headers])
}
