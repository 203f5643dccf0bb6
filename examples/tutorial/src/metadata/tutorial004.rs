//! What the groups of operations are about.

use fastrail::openapi::Tag;
use fastrail::prelude::*;

#[get("/users/", tags("users"))]
async fn get_users() -> Value {
    json!([{ "name": "Harry" }, { "name": "Ron" }])
}

#[get("/items/", tags("items"))]
async fn get_items() -> Value {
    json!([{ "name": "wand" }, { "name": "flying broom" }])
}

pub(crate) fn app() -> App {
    let users = Tag {
        name: "users".into(),
        description: Some("Operations with users. The **login** logic is also here.".into()),
        external_docs: None,
    };
    let items = Tag {
        name: "items".into(),
        description: Some("Manage items. So _fancy_ they have their own docs.".into()),
        external_docs: Some(("https://fastapi.tiangolo.com/", "Items external docs").into()),
    };
    App::new("FastAPI", "0.1.0").tags([users, items]).include(routes![get_users, get_items])
}
