//! A limit that counts by something that is no key.

use fastrail::RequestInfo;
use fastrail::prelude::*;

fn tenant(request: &RequestInfo<'_>) -> String {
    request.path().to_owned()
}

#[get("/search", limit("5/minute", by = tenant))]
async fn search() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").include(routes![search]);
}
