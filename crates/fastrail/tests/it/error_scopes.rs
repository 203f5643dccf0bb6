//! Errors answered in another way for a part of the app: an operation, a router, an inner error, a panicking layer.

use axum_core::response::{IntoResponse, Response};
use fastrail::error::ErrorCase;
use fastrail::prelude::*;
use fastrail::schema::{Generator, JsonSchema};
use fastrail::{Body, ErrorFormat, Limits, RequestInfo};
use serde_json::{Value, json};

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Numbers {
    a: u8,
}

/// RFC 6749 §5.2
struct OAuthErrors;

impl ErrorFormat for OAuthErrors {
    fn render(&self, error: &Error, _: &RequestInfo<'_>) -> Response {
        let code = if error.is_validation() { "invalid_request" } else { error.code() };
        let body = json!({ "error": code, "error_description": error.detail() });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = error.status();
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        response
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        generator.named("OAuthError", JsonSchema::of("object").with("required", json!(["error"])))
    }

    fn example(&self, case: &ErrorCase) -> Option<Value> {
        Some(json!({ "error": case.code, "error_description": case.message }))
    }
}

#[post("/token", errors = OAuthErrors)]
async fn token(body: Numbers) -> u8 {
    assert!(body.a != 7, "seven");
    body.a
}

#[post("/other")]
async fn other(body: Numbers) -> u8 {
    body.a
}

fn small() -> Limits {
    Limits { max_body_bytes: 24, ..Limits::default() }
}

#[fastrail::test]
async fn an_operation_answers_all_its_failures_in_a_shape_of_its_own() {
    let app = App::new("T", "1")
        .errors(ProblemDetails::new())
        .on_status(StatusCode::UNPROCESSABLE_ENTITY, |_, _| async { (StatusCode::BAD_REQUEST, "of the app") })
        .limits(small())
        .include(routes![token, other]);
    let client = TestClient::new(app).await.unchecked();
    let long = json!({ "a": 1, "b": "more than there is room for" });
    for (status, code, response) in [
        (413, "body_too_large", client.post("/token").json(long).await),
        (415, "unsupported_media_type", client.post("/token").body("text/plain", "{}").await),
        (422, "invalid_request", client.post("/token").json(json!({ "a": "x" })).await),
        (500, "internal_error", client.post("/token").json(json!({ "a": 7 })).await),
    ] {
        response.assert_status(status).assert_header("content-type", "application/json");
        assert_eq!(response.at("/error"), code);
    }
    assert_eq!(client.post("/other").json(json!({ "a": "x" })).await.assert_status(400).text(), "of the app");
    let document = client.openapi();
    for status in ["413", "415", "422", "500"] {
        let content = &document["paths"]["/token"]["post"]["responses"][status]["content"];
        assert_eq!(content["application/json"]["schema"]["$ref"], "#/components/schemas/OAuthError", "{status}");
        let content = &document["paths"]["/other"]["post"]["responses"][status]["content"];
        assert!(content["application/problem+json"].is_object(), "{status}");
    }
}

#[fastrail::test]
async fn what_an_operation_answers_in_its_own_shape_is_in_the_document() {
    let client = TestClient::new(App::new("T", "1").limits(small()).include(routes![token])).await;
    client.post("/token").json(json!({ "a": "x" })).await.assert_status(422);
    client.post("/token").json(json!({ "a": 1, "b": "more than there is room for" })).await.assert_status(413);
}

#[derive(ApiError)]
enum StoreError {
    /// The store is closed
    #[api_error(status = 503, code = "closed", header("Retry-After" = 60))]
    Closed,
}

#[derive(ApiError)]
enum OrderError {
    /// There is no such order
    #[api_error(status = 404, code = "order_not_found")]
    NotFound,
    #[api_error(transparent)]
    Store(#[from] StoreError),
}

#[derive(ApiError)]
enum CheckoutError {
    #[api_error(transparent)]
    Order(#[from] OrderError),
}

#[get("/checkout/{what}")]
async fn checkout(what: String) -> Result<u8, CheckoutError> {
    match what.as_str() {
        "missing" => Err(OrderError::NotFound.into()),
        _ => Err(OrderError::from(StoreError::Closed).into()),
    }
}

fn teapot(text: &'static str) -> Response {
    (StatusCode::IM_A_TEAPOT, text).into_response()
}

#[fastrail::test]
async fn a_handler_sees_its_error_also_inside_of_transparent_ones() {
    let app = || App::new("T", "1").include(routes![checkout]);
    let inner = TestClient::new(app().on_error(|_: StoreError, _| async { teapot("store") })).await.unchecked();
    assert_eq!(inner.get("/checkout/closed").await.assert_status(418).text(), "store");
    inner.get("/checkout/missing").await.assert_status(404).assert_json(json!({ "detail": "There is no such order" }));
    let both =
        app().on_error(|_: StoreError, _| async { teapot("store") }).on_error(|error: CheckoutError, _| async move {
            let CheckoutError::Order(error) = error;
            teapot(if matches!(error, OrderError::NotFound) { "missing" } else { "checkout" })
        });
    let both = TestClient::new(both).await.unchecked();
    assert_eq!(both.get("/checkout/closed").await.assert_status(418).text(), "checkout");
    assert_eq!(both.get("/checkout/missing").await.assert_status(418).text(), "missing");
    let neither = TestClient::new(app().on_error(|_: OrderError, _| async { teapot("order") })).await.unchecked();
    assert_eq!(neither.get("/checkout/closed").await.assert_status(418).text(), "order");
    let none = TestClient::new(app()).await;
    none.get("/checkout/closed").await.assert_status(503).assert_header("retry-after", "60");
}

#[get("/boom")]
async fn boom() -> Result<u8, Error> {
    Err(Error::new(409, "boom"))
}

#[fastrail::test]
async fn a_router_has_handlers_and_a_shape_of_its_own() {
    let conflict = StatusCode::CONFLICT;
    let app = App::new("T", "1")
        .on_status(conflict, |_, _| async { teapot("app") })
        .on_error(|_: StoreError, _| async { teapot("store of the app") })
        .include(routes![boom])
        .include(
            Router::new("/handled")
                .on_status(conflict, |_, request| async move { (StatusCode::CONFLICT, request.uri().to_string()) })
                .include(routes![boom, checkout]),
        )
        .include(
            Router::new("/shaped").errors(ProblemDetails::new()).include(routes![checkout]).include(
                Router::new("/deep")
                    .on_error(|_: OrderError, _| async { teapot("order") })
                    .include(routes![boom, checkout]),
            ),
        );
    let client = TestClient::new(app).await.unchecked();
    assert_eq!(client.get("/boom").await.assert_status(418).text(), "app");
    assert_eq!(client.get("/handled/boom").await.assert_status(409).text(), "/handled/boom");
    assert_eq!(client.get("/handled/checkout/closed").await.assert_status(418).text(), "store of the app");
    let shaped = client.get("/shaped/checkout/closed").await;
    shaped.assert_status(503).assert_header("content-type", "application/problem+json");
    let deep = client.get("/shaped/deep/boom").await;
    deep.assert_status(409).assert_header("content-type", "application/problem+json");
    assert_eq!(client.get("/shaped/deep/checkout/missing").await.assert_status(418).text(), "order");
    client.get("/shaped/nothing").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    let document = client.openapi();
    let content = |path: &str| document["paths"][path]["get"]["responses"]["503"]["content"].clone();
    assert!(content("/shaped/checkout/{what}")["application/problem+json"].is_object());
    assert!(content("/handled/checkout/{what}")["application/json"].is_object());
}

#[fastrail::test]
async fn a_panic_in_a_layer_reaches_the_handler_of_500() {
    let layer = tower::util::MapRequestLayer::new(|request: http::Request<Body>| {
        assert!(request.uri().path() != "/layer", "in the layer");
        request
    });
    let app = App::new("T", "1")
        .on_status(StatusCode::INTERNAL_SERVER_ERROR, |error, request| async move {
            assert!(error.status().is_server_error());
            let text = format!("{} {} {}", request.method(), request.uri().path(), request.request_id());
            (StatusCode::INTERNAL_SERVER_ERROR, text)
        })
        .middleware(layer)
        .include(routes![boom]);
    let client = TestClient::new(app).await.unchecked();
    let response = client.get("/layer").header("x-request-id", "r-1").await;
    assert_eq!(response.assert_status(500).text(), "GET /layer r-1");
    client.get("/boom").await.assert_status(409);
}
