//! What a failure looks like, and what it never shows.

use std::convert::Infallible;

use fastrail::error::ErrorCase;
use fastrail::prelude::*;
use fastrail::request::RequestInfo;
use fastrail::schema::{Generator, JsonSchema};
use fastrail::{Body, Error, ErrorFormat, Limits};
use http::{Method, Response};
use serde_json::{Value, json};

use crate::support::Logs;

/// The cause of a failure, which no stranger may see
#[derive(Debug)]
struct Cause(&'static str);

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

#[derive(ApiError)]
enum StorageError {
    /// The storage is busy; try again
    #[api_error(status = 503, code = "storage_busy", header("Retry-After" = 5))]
    Busy,
    #[api_error(status = 500, code = "storage_broken", message = "Something went wrong")]
    Broken(#[from] Cause),
}

#[derive(ApiError)]
enum ItemError {
    /// There is no such item
    ///
    /// What follows the first line is for developers.
    #[api_error(status = 404, code = "item_not_found", documentation = "https://docs.example/errors#item")]
    NotFound,
    /// Only {left} of {0} are left
    #[allow(dead_code, reason = "its message is what is tested")]
    #[api_error(status = 409, code = "sold_out", message = "Only {left} are left")]
    SoldOut { left: u32 },
    #[api_error(status = 400, code = "bad_pair", message = "{1} does not go with {0:?}")]
    BadPair(String, u8),
    #[api_error(status = 422, code = "unprocessable_item", message = "Braces {{}} stay")]
    Unprocessable {
        #[source]
        cause: Cause,
    },
    #[api_error(transparent)]
    Storage(#[from] StorageError),
    #[allow(dead_code, reason = "it cannot be made")]
    #[api_error(transparent)]
    Never(Infallible),
}

#[get("/items/{what}")]
async fn item(what: String) -> Result<String, ItemError> {
    Err(match what.as_str() {
        "none" => ItemError::NotFound,
        "sold" => ItemError::SoldOut { left: 2 },
        "pair" => ItemError::BadPair("a".to_owned(), 7),
        "unprocessable" => ItemError::Unprocessable { cause: Cause("internal cause") },
        "busy" => StorageError::Busy.into(),
        "broken" => StorageError::from(Cause("table users is gone")).into(),
        _ => return Ok(what),
    })
}

#[get("/own")]
async fn own() -> Result<String, Error> {
    Err(Error::new(418, json!({ "short": true, "stout": true })).with_code("teapot"))
}

#[get("/internal")]
async fn internal() -> Result<String, Error> {
    Err(Error::internal("password=hunter2"))
}

#[get("/panic")]
async fn panics() {
    panic!("password=hunter2");
}

#[post("/body")]
async fn body(body: BTreeMap<String, u8>) -> usize {
    body.len()
}

fn app() -> App {
    App::new("T", "1").include(routes![item, own, internal, panics, body])
}

#[fastrail::test]
async fn each_variant_answers_its_status_message_and_headers() {
    let client = TestClient::new(app()).await;
    for (what, status, message) in [
        ("none", 404, "There is no such item"),
        ("sold", 409, "Only 2 are left"),
        ("pair", 400, "7 does not go with \"a\""),
        ("unprocessable", 422, "Braces {} stay"),
        ("busy", 503, "The storage is busy; try again"),
        ("broken", 500, "Something went wrong"),
    ] {
        let response = client.get(&format!("/items/{what}")).await;
        response.assert_status(status).assert_json(json!({ "detail": message }));
        assert_eq!(response.header("retry-after"), (what == "busy").then_some("5"));
    }
    client.get("/items/x").await.assert_status(200);
    client.get("/own").await.assert_status(418).assert_json(json!({ "detail": { "short": true, "stout": true } }));
    assert_eq!(Error::new(200, "an error is no success").status(), 500);
    assert_eq!(Error::new(404, "x").code(), "not_found");
}

#[fastrail::test]
async fn what_an_error_type_answers_is_documented() {
    let client = TestClient::new(app()).await;
    let responses = client.openapi()["paths"]["/items/{what}"]["get"]["responses"].as_object().expect("responses");
    assert_eq!(responses.keys().collect::<Vec<_>>(), ["200", "400", "404", "409", "422", "500", "503"]);
    assert_eq!(
        responses["422"]["content"]["application/json"]["schema"],
        json!({ "anyOf": [
            { "$ref": "#/components/schemas/HTTPError" },
            { "$ref": "#/components/schemas/HTTPValidationError" },
        ] })
    );
    assert_eq!(responses["404"]["description"], "There is no such item");
    assert_eq!(responses["409"]["description"], "Only … are left");
    assert_eq!(responses["503"]["headers"]["Retry-After"]["schema"]["type"], "string");
    let client = TestClient::new(app().errors(ProblemDetails::new().documented_at("https://docs.example/"))).await;
    let responses = &client.openapi()["paths"]["/items/{what}"]["get"]["responses"];
    let example = &responses["409"]["content"]["application/problem+json"]["examples"]["sold_out"];
    assert_eq!(example["value"]["type"], "https://docs.example/sold_out");
    assert_eq!(example["value"]["status"], 409);
    assert!(client.openapi()["paths"]["/own"]["get"]["responses"].get("default").is_some());
}

/// Every failure of the framework and of handlers, by request
async fn failures(client: &TestClient) -> Vec<(&'static str, fastrail::testing::TestResponse)> {
    let long = json!({ "a": 1, "b": 2, "c": 3, "d": 4, "e": 5 });
    vec![
        ("404", client.get("/nothing").await),
        ("405", client.request(Method::PUT, "/own").await),
        ("413", client.post("/body").json(long).await),
        ("415", client.post("/body").json(json!({})).header("content-encoding", "br").await),
        ("422", client.post("/body").json(json!({ "a": "x" })).await),
        ("500", client.get("/panic").await),
        ("500", client.get("/internal").await),
        ("503", client.get("/items/busy").await),
    ]
}

#[fastrail::test]
async fn every_failure_has_the_apps_shape_and_none_shows_internals() {
    let limits = Limits { max_body_bytes: 24, ..Limits::default() };
    let client = TestClient::new(app().limits(limits)).await;
    for (status, response) in failures(&client).await {
        response.assert_status(status.parse().expect("a number")).assert_header("content-type", "application/json");
        let body: Value = response.json();
        assert_eq!(body.as_object().map(|body| body.len()), Some(1), "{response:?}");
        assert!(body.get("detail").is_some() && !response.text().contains("hunter2"), "{response:?}");
    }
    let client = TestClient::new(app().limits(limits).errors(ProblemDetails::new())).await;
    for (status, response) in failures(&client).await {
        let status: u16 = status.parse().expect("a number");
        response.assert_status(status).assert_header("content-type", "application/problem+json");
        let body: Value = response.json();
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"], response.header("x-request-id").expect("an id"));
        for key in ["type", "title", "detail", "instance", "code"] {
            assert!(body[key].is_string(), "{key} in {response:?}");
        }
        assert!(!response.text().contains("hunter2"), "{response:?}");
    }
    client.request(Method::PUT, "/own").await.assert_header("allow", "GET, HEAD");
    assert_eq!(client.get("/items/none").await.at("/type"), "https://docs.example/errors#item");
}

/// `{"ok": false, "code": "…"}`
struct Envelope;

impl ErrorFormat for Envelope {
    fn render(&self, error: &Error, request: &RequestInfo<'_>) -> Response<Body> {
        let body = json!({ "ok": false, "code": error.code(), "route": request.route(), "fields": error.validation_errors().len() });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = error.status();
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/vnd.shop+json"));
        response
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.shop+json"
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        let schema = JsonSchema::of("object").with("required", json!(["ok", "code", "fields"]));
        generator.named("Envelope", schema)
    }

    fn example(&self, case: &ErrorCase) -> Option<Value> {
        Some(json!({ "ok": false, "code": case.code, "fields": 0 }))
    }
}

#[fastrail::test]
async fn a_shape_of_ones_own_renders_everything_and_documents_itself() {
    let client =
        TestClient::new(app().errors(Envelope).limits(Limits { max_body_bytes: 24, ..Limits::default() })).await;
    for (status, response) in failures(&client).await {
        response.assert_status(status.parse().expect("a number"));
        response.assert_header("content-type", "application/vnd.shop+json");
        assert_eq!(response.at("/ok"), false);
    }
    let wrong = client.post("/body").json(json!({ "a": "x", "b": 256 })).await;
    wrong.assert_json(json!({ "ok": false, "code": "validation_failed", "route": "/body", "fields": 2 }));
    let document = client.openapi();
    assert!(document["components"]["schemas"].get("Envelope").is_some());
    let content = &document["paths"]["/body"]["post"]["responses"]["422"]["content"]["application/vnd.shop+json"];
    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Envelope");
    assert_eq!(content["examples"]["validation_failed"]["value"]["ok"], false);
}

/// RFC 6749 §5.2
struct OAuthErrors;

impl ErrorFormat for OAuthErrors {
    fn render(&self, error: &Error, _: &RequestInfo<'_>) -> Response<Body> {
        let mut response = Response::new(Body::from(json!({ "error": error.code() }).to_string()));
        *response.status_mut() = error.status();
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        response
    }

    fn schema(&self, generator: &mut Generator) -> JsonSchema {
        generator.named("OAuthError", JsonSchema::of("object").with("required", json!(["error"])))
    }
}

#[derive(ApiError)]
#[api_error(format = OAuthErrors)]
enum TokenError {
    /// The name or the password is wrong
    #[api_error(status = 400, code = "invalid_grant")]
    InvalidGrant,
}

#[post("/token")]
async fn token() -> Result<String, TokenError> {
    Err(TokenError::InvalidGrant)
}

#[fastrail::test]
async fn one_error_type_may_have_the_shape_that_a_standard_fixes() {
    let client = TestClient::new(App::new("T", "1").include(routes![token]).errors(ProblemDetails::new())).await;
    let response = client.post("/token").await;
    response.assert_status(400).assert_json(json!({ "error": "invalid_grant" }));
    let content = &client.openapi()["paths"]["/token"]["post"]["responses"]["400"]["content"];
    assert_eq!(content["application/json"]["schema"]["$ref"], "#/components/schemas/OAuthError");
}

#[fastrail::test]
async fn handlers_answer_one_type_or_one_status() {
    let app = app()
        .on_error(|error: ItemError, request| async move {
            let kind = if matches!(error, ItemError::NotFound) { "not found" } else { "other" };
            (StatusCode::IM_A_TEAPOT, format!("{kind} at {}", request.route().unwrap_or("nowhere")))
        })
        .on_status(StatusCode::NOT_FOUND, |error, request| async move {
            (StatusCode::NOT_FOUND, format!("{} {}", error.code(), request.uri().path()))
        })
        .on_status(StatusCode::UNPROCESSABLE_ENTITY, |error: Error, _| async move {
            (StatusCode::BAD_REQUEST, format!("{} wrong", error.validation_errors().len()))
        })
        .on_status(StatusCode::INTERNAL_SERVER_ERROR, |_, request| async move {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("ask with {}", request.request_id()))
        });
    let client = TestClient::new(app).await.unchecked();
    assert_eq!(client.get("/items/none").await.assert_status(418).text(), "not found at /items/{what}");
    assert_eq!(client.get("/items/sold").await.assert_status(418).text(), "other at /items/{what}");
    assert_eq!(client.get("/nothing").await.assert_status(404).text(), "not_found /nothing");
    assert_eq!(client.post("/body").await.assert_status(400).text(), "1 wrong");
    let panicked = client.get("/panic").header("x-request-id", "r").await;
    assert_eq!(panicked.assert_status(500).text(), "ask with r");
}

#[test]
fn causes_are_in_the_log_and_only_there() {
    let logs = Logs::default();
    logs.capture(async {
        let client = TestClient::new(app()).await.with_header("x-request-id", "r-9");
        for (path, status, cause) in [
            ("/items/broken", 500, "table users is gone"),
            ("/items/unprocessable", 422, "internal cause"),
            ("/internal", 500, "password=hunter2"),
            ("/panic", 500, "password=hunter2"),
        ] {
            let response = client.get(path).await;
            response.assert_status(status);
            assert!(!response.text().contains(cause), "{response:?}");
            let lines = logs.lines();
            let line = lines.iter().rfind(|line| !line.contains("fastrail::access")).expect("a line");
            assert!(line.contains(cause) && line.contains("r-9"), "{cause} in {line}");
            assert!(line.starts_with(if status == 500 { "ERROR" } else { "INFO" }), "{line}");
        }
    });
}

#[get("/any/{id}")]
async fn fails_in_any_way(id: u8) -> Result<u8> {
    if id == 0 { Err(Error::new(409, "taken")) } else { Ok(id) }
}

#[fastrail::test]
async fn one_handler_sees_every_error_that_has_none_of_its_own() {
    let app = App::new("T", "1")
        .include(routes![fails_in_any_way])
        .on_status(StatusCode::NOT_FOUND, |_, _| async { "nothing here" })
        .on_any_error(|error, _| async move { (error.status(), format!("{} wrong", error.validation_errors().len())) });
    let client = TestClient::new(app).await.unchecked();
    assert_eq!(client.get("/any/0").await.assert_status(409).text(), "0 wrong");
    assert_eq!(client.get("/any/x").await.assert_status(422).text(), "1 wrong");
    assert_eq!(client.post("/any/1").await.assert_status(405).text(), "0 wrong");
    assert_eq!(client.get("/nowhere").await.text(), "nothing here");
    client.get("/any/1").await.assert_json(1);
}
