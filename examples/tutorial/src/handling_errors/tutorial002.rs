//! An error with a header.

use fastrail::prelude::*;
use http::{HeaderName, HeaderValue};

#[get("/items-header/{item_id}")]
async fn read_item_header(item_id: String) -> Result<Value> {
    if item_id != "foo" {
        let (name, value) = (HeaderName::from_static("x-error"), HeaderValue::from_static("There goes my error"));
        return Err(Error::new(404, "Item not found").with_header(name, value));
    }
    Ok(json!({ "item": "The Foo Wrestlers" }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item_header])
}
