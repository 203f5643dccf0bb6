//! A limit with a key that there is not.

use fastrail::prelude::*;

#[get("/search", limit("5/minute", fail_close = true))]
async fn search() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").include(routes![search]);
}
