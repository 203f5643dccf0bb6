//! Hosts that may be asked for.

use fastrail::prelude::*;

#[get("/")]
async fn main() -> Value {
    json!({ "message": "Hello World" })
}

pub(crate) fn app() -> App {
    let hosts = TrustedHosts::allow(["example.com", "*.example.com"]);
    App::new("FastAPI", "0.1.0").include(routes![main]).middleware(hosts)
}
