//! axum's extractors, a mounted `axum::Router`, tower services.

use std::collections::HashMap;

use ::bytes::Bytes;
use axum::extract::{Path, Query};
use axum::http::Uri;
use axum::routing::{get as axum_get, post as axum_post};
use fastrail::prelude::*;
use fastrail::{Body, Limits};
use http_body_util::BodyExt;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct Paging {
    page: u32,
}

#[get("/extract")]
async fn extract(Extract(query): Extract<Query<Paging>>, headers: Extract<HeaderMap>) -> Value {
    json!([query.page, headers.contains_key("x-here")])
}

#[post("/bytes")]
async fn bytes(ExtractBody(bytes): ExtractBody<Bytes>) -> usize {
    bytes.len()
}

#[post("/axum-json")]
async fn axum_json(
    ExtractBody(axum::Json(body)): ExtractBody<axum::Json<HashMap<String, u8>>>,
    #[query] q: u8,
) -> Value {
    json!([body, q])
}

#[post("/request")]
async fn whole(ExtractBody(request): ExtractBody<http::Request<Body>>) -> Result<Value, fastrail::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(fastrail::Error::internal)?.to_bytes();
    Ok(json!([parts.method.as_str(), parts.uri.to_string(), body.len()]))
}

fn app() -> App {
    App::new("T", "1").include(routes![extract, bytes, axum_json, whole])
}

#[fastrail::test]
async fn axum_extractors_are_arguments() {
    let client = TestClient::new(app()).await;
    client.get("/extract?page=2").header("x-here", "1").await.assert_status(200).assert_json(json!([2, true]));
    client.post("/bytes").body("application/octet-stream", vec![0_u8; 1000]).await.assert_status(200).assert_json(1000);
    client.post("/axum-json?q=3").json(json!({ "a": 1 })).await.assert_status(200).assert_json(json!([{ "a": 1 }, 3]));
    let whole = client.post("/request?x=1").body("text/plain", "body").await;
    whole.assert_status(200).assert_json(json!(["POST", "/request?x=1", 4]));
}

#[fastrail::test]
async fn what_an_extractor_rejects_has_the_apps_shape_and_is_checked_by_the_client() {
    let client = TestClient::new(app()).await;
    let rejected = client.get("/extract?page=x").await;
    rejected.assert_status(400).assert_header("content-type", "application/json");
    assert!(rejected.at("/detail").as_str().is_some_and(|text| text.contains("page")), "{rejected:?}");
    client.post("/axum-json?q=1").json(json!({ "a": 300 })).await.assert_status(422);
    client.post("/axum-json?q=x").json(json!({ "a": 300 })).await.assert_status(422);
    let client = TestClient::new(app().errors(ProblemDetails::new())).await;
    let rejected = client.get("/extract?page=x").await;
    rejected.assert_status(400).assert_header("content-type", "application/problem+json");
    client.post("/axum-json?q=1").body("text/plain", "{}").await.assert_status(415);
    assert!(client.openapi()["paths"]["/extract"]["get"]["responses"].get("default").is_some());
}

#[fastrail::test]
async fn the_apps_body_limit_holds_for_extractors_below_and_above_axums_own() {
    let client = TestClient::new(app().limits(Limits { max_body_bytes: 10, ..Limits::default() })).await;
    client.post("/bytes").body("text/plain", vec![0; 10]).await.assert_status(200);
    client.post("/bytes").body("text/plain", vec![0; 11]).await.assert_status(413);
    client.post("/request").body("text/plain", vec![0; 10]).await.assert_status(200);
    let whole = client.post("/request").body("text/plain", vec![0; 11]).await;
    assert!(whole.status().is_server_error() || whole.status().is_client_error(), "{whole:?}");
    let large = 3 * 1024 * 1024;
    let client = TestClient::new(app().limits(Limits { max_body_bytes: large, ..Limits::default() })).await;
    client.post("/bytes").body("text/plain", vec![0; large]).await.assert_status(200).assert_json(large);
}

fn legacy() -> axum::Router {
    let deep =
        axum::Router::new().route("/leaf/{id}", axum_get(|Path(id): Path<u8>| async move { format!("leaf {id}") }));
    axum::Router::new()
        .route("/", axum_get(|| async { "root" }))
        .route("/hello", axum_get(|uri: Uri| async move { format!("hello from {uri}") }))
        .route("/echo", axum_post(|body: String| async move { body }))
        .nest("/deep", deep)
        .fallback(|| async { (axum::http::StatusCode::NOT_FOUND, "not in the legacy part") })
}

#[get("/api/own")]
async fn own() -> u8 {
    1
}

#[fastrail::test]
async fn an_axum_router_is_mounted_below_a_path() {
    let app = App::new("T", "1").include(Router::new("/api").mount("/legacy", legacy())).include(routes![own]);
    let client = TestClient::new(app).await;
    assert_eq!(client.get("/api/legacy").await.assert_status(200).text(), "root");
    assert_eq!(client.get("/api/legacy/hello?q=1").await.text(), "hello from /hello?q=1");
    assert_eq!(client.get("/api/legacy/deep/leaf/7").await.text(), "leaf 7");
    assert_eq!(client.post("/api/legacy/echo").body("text/plain", "echo").await.text(), "echo");
    let missing = client.get("/api/legacy/nothing").await;
    assert_eq!(missing.assert_status(404).text(), "not in the legacy part");
    assert!(missing.header("x-request-id").is_some(), "the fixed steps stand around mounts too");
    client.post("/api/legacy/hello").await.assert_status(405);
    let head = client.request(http::Method::HEAD, "/api/legacy/hello").await;
    assert!(head.assert_status(200).bytes().is_empty());
    client.get("/api/legacynot").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    client.get("/api/own").await.assert_status(200).assert_json(1);
    assert_eq!(client.openapi()["paths"].as_object().map(|paths| paths.len()), Some(1));
}

#[fastrail::test]
async fn a_panic_in_a_mount_is_a_500_in_the_apps_shape() {
    async fn panics() -> String {
        panic!("password=hunter2")
    }
    let router = axum::Router::new().route("/", axum_get(panics));
    let client = TestClient::new(App::new("T", "1").mount("/legacy", router)).await;
    let response = client.get("/legacy").header("x-request-id", "r").await;
    response.assert_status(500).assert_header("x-request-id", "r");
    response.assert_json(json!({ "detail": "Internal Server Error" }));
}
