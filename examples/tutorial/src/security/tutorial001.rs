//! A bearer token, got with user name and password.

use fastrail::prelude::*;

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "token"))]
struct OAuth2PasswordBearer(SecretString);

#[get("/items/")]
async fn read_items(token: OAuth2PasswordBearer) -> Value {
    json!({ "token": token.0.expose_secret() })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
