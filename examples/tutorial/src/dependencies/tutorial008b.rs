//! An error of the operation, answered in its own way.

use fastrail::prelude::*;

#[derive(Clone)]
struct Username(&'static str);

#[dependency]
fn get_username() -> Username {
    Username("Rick")
}

#[derive(ApiError)]
enum OwnerError {
    /// Owner error: {username}
    #[api_error(status = 400, code = "not_yours")]
    NotYours { username: &'static str },
}

#[get("/items/{item_id}")]
fn get_item(item_id: String, username: Username) -> Result<Value> {
    let (description, owner) = match item_id.as_str() {
        "plumbus" => ("Freshly pickled plumbus", "Morty"),
        "portal-gun" => ("Gun to create portals", "Rick"),
        _ => return Err(Error::new(404, "Item not found")),
    };
    if owner != username.0 {
        return Err(OwnerError::NotYours { username: username.0 }.into());
    }
    Ok(json!({ "description": description, "owner": owner }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_item])
}
