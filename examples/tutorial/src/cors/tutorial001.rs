//! Pages of other origins.

use fastrail::prelude::*;

const ORIGINS: [&str; 4] =
    ["http://localhost.tiangolo.com", "https://localhost.tiangolo.com", "http://localhost", "http://localhost:8080"];

#[get("/")]
async fn main() -> Value {
    json!({ "message": "Hello World" })
}

pub(crate) fn app() -> App {
    let cors = Cors::allow(ORIGINS).with_credentials().methods(["*"]).headers(["*"]);
    App::new("FastAPI", "0.1.0").include(routes![main]).middleware(cors)
}
