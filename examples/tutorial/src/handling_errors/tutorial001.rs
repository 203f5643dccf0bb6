//! An error on the spot.

use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: String) -> Result<Value> {
    if item_id != "foo" {
        return Err(Error::new(404, "Item not found"));
    }
    Ok(json!({ "item": "The Foo Wrestlers" }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_item])
}
