//! Errors: typed, in one shape for the whole app.

use fastrail::prelude::*;

// ANCHOR: typed
#[derive(ApiError)]
pub enum ItemError {
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// Only {left} items are left
    #[api_error(status = 409, code = "sold_out")]
    SoldOut { left: u32 },
    /// The stock cannot be read; try again
    #[api_error(status = 503, code = "stock_unavailable", header("Retry-After" = 5))]
    Stock(#[from] std::io::Error), // its text goes to the log, never into the answer
}

#[post("/items/{item_id}/order")]
async fn order(item_id: u32) -> Result<String, ItemError> {
    match item_id {
        1 => Ok("ordered".to_owned()),
        2 => Err(ItemError::SoldOut { left: 0 }),
        3 => Err(std::io::Error::other("/var/stock: permission denied"))?,
        _ => Err(ItemError::NotFound),
    }
}
// ANCHOR_END: typed

// ANCHOR: on_the_spot
#[get("/teapot")]
async fn teapot() -> Result<String, Error> {
    Err(Error::new(418, "I am a teapot").with_code("teapot"))
}
// ANCHOR_END: on_the_spot

// ANCHOR: shapes
/// FastAPI's shape, `{"detail": …}`, is the default
pub fn app() -> App {
    App::new("Errors", "1.0.0").include(routes![order, teapot])
}

/// RFC 9457 in a line
pub fn app_with_problems() -> App {
    app().errors(ProblemDetails::new())
}
// ANCHOR_END: shapes

// ANCHOR: handlers
pub fn app_with_handlers() -> App {
    app()
        .on_error(|error: ItemError, _| async move { (StatusCode::GONE, error.message()) })
        .on_status(StatusCode::NOT_FOUND, |_, request| async move { format!("nothing at {}", request.uri().path()) })
}
// ANCHOR_END: handlers

// ANCHOR: scopes
#[post("/orders", errors = ProblemDetails::new())]
async fn create_order(quantity: u8) -> u8 {
    quantity
}

pub fn app_with_scopes() -> App {
    let legacy = Router::new("/legacy")
        .on_status(StatusCode::NOT_FOUND, |_, _| async { (StatusCode::NOT_FOUND, "<error>not found</error>") })
        .include(routes![order]);
    app().include(legacy).include(routes![create_order])
}
// ANCHOR_END: scopes

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[fastrail::test]
    async fn a_typed_error_is_its_status_and_message() {
        let client = TestClient::new(app()).await;
        let gone = client.post("/items/9/order").await;
        gone.assert_status(404).assert_json(json!({ "detail": "There is no such item, or it is not yours" }));
        client.post("/items/2/order").await.assert_json(json!({ "detail": "Only 0 items are left" }));
        let stock = client.post("/items/3/order").await;
        stock.assert_status(503).assert_header("retry-after", "5");
        assert!(!stock.text().contains("/var/stock"));
        client.unchecked().get("/teapot").await.assert_status(418);
    }

    #[fastrail::test]
    async fn the_same_errors_are_problems_in_a_line() {
        let client = TestClient::new(app_with_problems()).await;
        let problem = client.post("/items/9/order").header("x-request-id", "abc").await;
        problem.assert_header("content-type", "application/problem+json").assert_json(json!({
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no such item, or it is not yours",
            "instance": "/items/9/order",
            "code": "item_not_found",
            "request_id": "abc",
        }));
    }

    #[fastrail::test]
    async fn a_router_and_an_operation_answer_in_their_own_way() {
        let client = TestClient::new(app_with_scopes()).await.unchecked();
        let refused = client.post("/orders?quantity=x").await;
        refused.assert_status(422).assert_header("content-type", "application/problem+json");
        assert_eq!(client.post("/legacy/items/9/order").await.text(), "<error>not found</error>");
        client.post("/items/9/order").await.assert_status(404).assert_header("content-type", "application/json");
    }

    #[fastrail::test]
    async fn handlers_answer_in_their_own_way() {
        let client = TestClient::new(app_with_handlers()).await.unchecked();
        client.post("/items/2/order").await.assert_status(410);
        assert_eq!(client.get("/nowhere").await.text(), "nothing at /nowhere");
    }
}
