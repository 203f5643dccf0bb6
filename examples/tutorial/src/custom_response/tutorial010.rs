//! HTML: the return type says so, so an app needs no default class.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Html<&'static str> {
    Html("<h1>Items</h1><p>This is a list of items.</p>")
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
