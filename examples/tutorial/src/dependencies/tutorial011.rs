//! A dependency that is configured where it is named.

use fastrail::prelude::*;

#[dependency(explicit)]
fn checker(#[parameter] fixed_content: &'static str, #[query(default = "")] q: String) -> bool {
    q.contains(fixed_content)
}

#[get("/query-checker/")]
async fn read_query_check(#[depends(checker("bar"))] fixed_content_included: bool) -> Value {
    json!({ "fixed_content_in_query": fixed_content_included })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_query_check])
}
