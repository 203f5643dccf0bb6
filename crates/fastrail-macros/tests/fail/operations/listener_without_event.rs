//! A listener that takes no event.

use fastrail::prelude::*;

#[on_event]
async fn greet() {}

fn main() {
    let _ = App::new("Shop", "1.0.0").listeners(listeners![greet]);
}
