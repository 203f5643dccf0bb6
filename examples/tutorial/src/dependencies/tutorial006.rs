//! Dependencies that run for their effect.

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

#[get("/items/", depends(verify_token, verify_key))]
async fn read_items() -> Value {
    json!([{ "item": "Foo" }, { "item": "Bar" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
