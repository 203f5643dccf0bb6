//! A request has one body: JSON or a form.

use fastrail::prelude::*;

#[post("/items")]
async fn make_item(#[body] count: i64, #[form] name: String) -> String {
    format!("{count} {name}")
}

fn main() {
    let _ = routes![make_item];
}
