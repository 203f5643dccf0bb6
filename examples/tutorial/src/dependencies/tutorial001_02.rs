//! The same as a struct: no alias is needed, since the type is the dependency.

use fastrail::prelude::*;

#[derive(Clone, Serialize, Dependency)]
struct Commons {
    q: Option<String>,
    #[query(default = 0)]
    skip: i64,
    #[query(default = 100)]
    limit: i64,
}

#[get("/items/")]
async fn read_items(commons: Commons) -> Value {
    json!(commons)
}

#[get("/users/")]
async fn read_users(commons: Commons) -> Value {
    json!(commons)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items, read_users])
}
