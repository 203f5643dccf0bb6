//! A validation error that tells the body.

use fastrail::prelude::*;
use fastrail::response::json_response;

async fn tell_the_body(error: Error, request: OwnedRequestInfo) -> Response {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let content = json!({ "detail": error.validation_errors(), "body": body });
    json_response(error.status(), "application/json", &content)
}

#[derive(Serialize, Deserialize, Schema)]
struct Item {
    title: String,
    size: i64,
}

#[post("/items/")]
async fn create_item(item: Item) -> Value {
    json!(item)
}

pub(crate) fn app() -> App {
    let routes = routes![create_item];
    App::new("FastAPI", "0.1.0").on_status(StatusCode::UNPROCESSABLE_ENTITY, tell_the_body).include(routes)
}
