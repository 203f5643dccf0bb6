//! Operations on items.

use super::super::dependencies::get_token_header;
use fastrail::prelude::*;

const FAKE_ITEMS: [(&str, &str); 2] = [("plumbus", "Plumbus"), ("gun", "Portal Gun")];

#[get("/")]
async fn read_items() -> Value {
    json!({ "plumbus": { "name": "Plumbus" }, "gun": { "name": "Portal Gun" } })
}

#[get("/{item_id}")]
async fn read_item(item_id: String) -> Result<Value> {
    match FAKE_ITEMS.iter().find(|(id, _)| *id == item_id) {
        Some((_, name)) => Ok(json!({ "name": name, "item_id": item_id })),
        None => Err(Error::new(404, "Item not found")),
    }
}

#[put("/{item_id}", tags("custom"), responses(403 = "Operation forbidden"))]
async fn update_item(item_id: String) -> Result<Value> {
    if item_id != "plumbus" {
        return Err(Error::new(403, "You can only update the item: plumbus"));
    }
    Ok(json!({ "item_id": item_id, "name": "The great Plumbus" }))
}

pub(crate) fn router() -> Router {
    let routes = routes![read_items, read_item, update_item];
    let items = Router::new("/items").tags(["items"]).depends(depends![get_token_header]);
    items.response(404, "Not found").include(routes)
}
