//! A teardown sees the error that the operation has ended with.

use fastrail::prelude::*;

#[derive(Clone)]
struct Username(&'static str);

#[dependency(teardown = release)]
fn get_username() -> Username {
    Username("Rick")
}

async fn release(_: Username, outcome: Outcome) -> Result<()> {
    if !outcome.is_success() {
        println!("We don't swallow the internal error here, and could not 😎");
    }
    Ok(())
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
