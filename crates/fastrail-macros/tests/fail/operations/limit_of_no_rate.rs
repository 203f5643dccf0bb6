//! A limit whose rate is none.

use fastrail::prelude::*;

#[get("/search", limit("5/fortnight"))]
async fn search() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").include(routes![search]);
}
