//! A response class of one's own: indented JSON.

use fastrail::prelude::*;
use fastrail::response::{Content, MediaType};

struct IndentedJson;

impl MediaType for IndentedJson {
    const NAME: &'static str = "application/json";
}

#[get("/")]
async fn main() -> Content<IndentedJson> {
    Content::new(format!("{:#}", json!({ "message": "Hello World" })))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main])
}
