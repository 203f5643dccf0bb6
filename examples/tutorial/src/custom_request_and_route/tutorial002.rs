//! The body in the answer to a request that does not fit.

use fastrail::OwnedRequestInfo;
use fastrail::prelude::*;
use fastrail::response::{Response, json_response};

async fn tell_all(error: Error, request: OwnedRequestInfo) -> Response {
    let body = String::from_utf8_lossy(request.body());
    let detail = json!({ "errors": error.validation_errors(), "body": body });
    json_response(error.status(), "application/json", &json!({ "detail": detail }))
}

#[post("/")]
async fn sum_numbers(#[body] numbers: Vec<i64>) -> Value {
    numbers.iter().sum::<i64>().into()
}

pub(crate) fn app() -> App {
    let routes = routes![sum_numbers];
    App::new("FastAPI", "0.1.0").on_status(StatusCode::UNPROCESSABLE_ENTITY, tell_all).include(routes)
}
