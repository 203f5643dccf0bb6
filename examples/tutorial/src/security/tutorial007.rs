//! HTTP Basic, compared in a time that tells nothing.

use fastrail::prelude::*;
use fastrail::security::BasicCredentials;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

#[dependency(explicit)]
fn get_current_username(credentials: BasicCredentials) -> Result<String> {
    if !credentials.matches("stanleyjobson", "swordfish") {
        let challenge = HeaderValue::from_static("Basic");
        return Err(Error::new(401, "Incorrect username or password").with_header(WWW_AUTHENTICATE, challenge));
    }
    Ok(credentials.username().to_owned())
}

#[get("/users/me")]
fn read_current_user(#[depends(get_current_username)] username: String) -> Value {
    json!({ "username": username })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_current_user])
}
