//! A struct as a dependency: its fields are the parameters.

use fastrail::prelude::*;

const FAKE_ITEMS: [&str; 3] = ["Foo", "Bar", "Baz"];

#[derive(Clone, Dependency)]
struct CommonQueryParams {
    q: Option<String>,
    #[query(default = 0)]
    skip: i64,
    #[query(default = 100)]
    limit: i64,
}

#[get("/items/")]
async fn read_items(commons: CommonQueryParams) -> Value {
    let page = FAKE_ITEMS.iter().skip(commons.skip as usize).take(commons.limit as usize);
    let mut response = json!({ "items": page.map(|name| json!({ "item_name": name })).collect::<Value>() });
    if let Some(q) = commons.q {
        response["q"] = q.into();
    }
    response
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
