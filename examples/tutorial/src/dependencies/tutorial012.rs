//! Dependencies of every operation.

use fastrail::prelude::*;

#[dependency(explicit, guard)]
async fn verify_token(#[header] x_token: String) -> Result<()> {
    if x_token != "fake-super-secret-token" {
        return Err(Error::new(400, "X-Token header invalid"));
    }
    Ok(())
}

#[dependency(explicit, guard)]
async fn verify_key(#[header] x_key: String) -> Result<()> {
    if x_key != "fake-super-secret-key" {
        return Err(Error::new(400, "X-Key header invalid"));
    }
    Ok(())
}

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "item": "Portal Gun" }, { "item": "Plumbus" }])
}

#[get("/users/")]
async fn read_users() -> Value {
    json!([{ "username": "Rick" }, { "username": "Morty" }])
}

pub(crate) fn app() -> App {
    let routes = routes![read_items, read_users];
    App::new("FastAPI", "0.1.0").depends(depends![verify_token, verify_key]).include(routes)
}
