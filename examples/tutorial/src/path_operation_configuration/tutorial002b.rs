//! Groups with one name each: a router's.

use fastrail::prelude::*;

#[get("/items/")]
async fn get_items() -> Value {
    json!(["Portal gun", "Plumbus"])
}

#[get("/users/")]
async fn read_users() -> Value {
    json!(["Rick", "Morty"])
}

pub(crate) fn app() -> App {
    let items = Router::new("").tags(["items"]).include(routes![get_items]);
    let users = Router::new("").tags(["users"]).include(routes![read_users]);
    App::new("FastAPI", "0.1.0").include(items).include(users)
}
