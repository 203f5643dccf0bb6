//! A dependency: parameters that several operations share.

use fastrail::prelude::*;

#[derive(Clone, Serialize)]
struct Commons {
    q: Option<String>,
    skip: i64,
    limit: i64,
}

#[dependency]
async fn common_parameters(
    q: Option<String>,
    #[query(default = 0)] skip: i64,
    #[query(default = 100)] limit: i64,
) -> Commons {
    Commons { q, skip, limit }
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
