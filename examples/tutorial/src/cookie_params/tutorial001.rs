//! A cookie.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items(#[cookie] ads_id: Option<String>) -> Value {
    json!({ "ads_id": ads_id })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
