//! An internal error: the client learns nothing of it, and no dependency can swallow it.

use fastrail::prelude::*;

#[derive(Clone)]
struct Username(&'static str);

#[dependency]
fn get_username() -> Username {
    Username("Rick")
}

#[get("/items/{item_id}")]
fn get_item(item_id: String, username: Username) -> Result<Value> {
    if item_id == "portal-gun" {
        return Err(Error::internal(format!("The portal gun is too dangerous to be owned by {}", username.0)));
    }
    if item_id != "plumbus" {
        return Err(Error::new(404, "Item not found, there's only a plumbus here"));
    }
    Ok(item_id.into())
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_item])
}
