//! `routes![…]` of a fn that is no path operation.

use fastrail::prelude::*;

async fn list_items() -> String {
    String::new()
}

fn main() {
    let _ = routes![list_items];
}
