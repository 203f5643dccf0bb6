//! A limit of an app whose rate is none: its list is no constant.

use fastrail::prelude::*;

#[get("/search")]
async fn search() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").include(routes![search]).depends(depends![limit("0/minute")]);
}
