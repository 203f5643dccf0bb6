//! Another status for who sends no credential.

use fastrail::Argument;
use fastrail::prelude::*;
use fastrail::security::CredentialKind;
use http::request::Parts;

#[derive(Clone)]
struct HTTPBearer403(BearerToken);

impl SecurityScheme for HTTPBearer403 {
    const NAME: &'static str = "HTTPBearer403";
    const CHALLENGE: &'static str = "Bearer";

    fn document() -> Value {
        BearerToken::document()
    }

    fn read(request: &Parts) -> Result<Option<Self>> {
        Ok(BearerToken::read(request)?.map(Self))
    }

    fn missing() -> Error {
        Error::new(403, "Not authenticated")
    }
}

impl Argument for HTTPBearer403 {
    type Kind = CredentialKind;
}

#[get("/me")]
fn read_me(credentials: HTTPBearer403) -> Value {
    json!({ "message": "You are authenticated", "token": credentials.0.expose() })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_me])
}
