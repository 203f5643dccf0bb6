//! What operations return, on the wire and in the document.

use std::time::Duration;

use fastrail::Body;
use fastrail::prelude::*;
use fastrail::response::SameSite;
use http::header::{ETAG, LOCATION};
use http::{HeaderName, HeaderValue, Response};
use serde_json::{Value, json};

/// An item
#[derive(Clone, Debug, Serialize, Deserialize, Schema)]
struct Item {
    id: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

const ITEM: Item = Item { id: 1, note: None };

#[derive(ApiError)]
enum Gone {
    /// It was here
    #[api_error(status = 410, code = "gone")]
    Gone,
}

#[get("/model")]
async fn model() -> Item {
    ITEM
}

#[post("/made", status = 201)]
async fn made() -> ([(HeaderName, String); 1], Item) {
    ([(LOCATION, "/items/1".to_owned())], ITEM)
}

#[get("/parts")]
async fn parts(#[query] cookie: bool) -> (StatusCode, Option<SetCookie>, HeaderMap, Item) {
    let cookie =
        cookie.then(|| SetCookie::new("seen", "1").max_age(Duration::from_secs(60)).same_site(SameSite::Strict));
    (StatusCode::ACCEPTED, cookie, HeaderMap::from_iter([(ETAG, HeaderValue::from_static("\"1\""))]), ITEM)
}

#[get("/list")]
async fn list() -> Vec<Item> {
    vec![ITEM, ITEM]
}

#[get("/maybe")]
async fn maybe(#[query] there: bool) -> Option<Item> {
    there.then_some(ITEM)
}

#[get("/string")]
async fn string() -> String {
    "a \"b\"".to_owned()
}

#[get("/static")]
async fn static_str() -> &'static str {
    "s"
}

#[get("/text")]
async fn text() -> PlainText<&'static str> {
    PlainText("plain")
}

#[get("/html")]
async fn html() -> Html {
    Html("<p>hi</p>".to_owned())
}

#[get("/go")]
async fn go() -> Redirect {
    Redirect::to("/text")
}

#[post("/see", status = 303)]
async fn see() -> Redirect {
    Redirect::to("/text")
}

#[delete("/unit")]
async fn unit() {}

#[delete("/nothing")]
async fn nothing() -> NoContent {
    NoContent
}

#[get("/value")]
async fn value() -> Value {
    json!({ "free": [1] })
}

#[get("/raw")]
async fn raw() -> Response<Body> {
    let mut response = Response::new(Body::from("raw"));
    *response.status_mut() = StatusCode::CREATED;
    response
}

#[get("/axum", status = 202)]
async fn axum_json() -> axum::Json<Value> {
    axum::Json(json!({ "axum": true }))
}

#[get("/impl")]
async fn impl_into_response() -> impl axum::response::IntoResponse {
    (StatusCode::PARTIAL_CONTENT, [("x-odd", "1")], "impl")
}

#[get("/result/{what}")]
async fn result(what: String) -> Result<(SetCookie, Item), Gone> {
    if what == "ok" { Ok((SetCookie::removal("seen"), ITEM)) } else { Err(Gone::Gone) }
}

#[get("/unit-result", status = 202)]
async fn unit_result() -> Result<(), Gone> {
    Ok(())
}

#[get("/axum-result/{what}")]
async fn axum_result(what: String) -> Result<axum::Json<u8>, Gone> {
    if what == "ok" { Ok(axum::Json(1)) } else { Err(Gone::Gone) }
}

fn app() -> App {
    App::new("T", "1").include(routes![
        model,
        made,
        parts,
        list,
        maybe,
        string,
        static_str,
        text,
        html,
        go,
        see,
        unit,
        nothing,
        value,
        raw,
        axum_json,
        impl_into_response,
        result,
        unit_result,
        axum_result,
        cookie_of
    ])
}

#[fastrail::test]
async fn models_lists_options_and_values_are_json() {
    let client = TestClient::new(app()).await;
    let model = client.get("/model").await;
    model.assert_status(200).assert_header("content-type", "application/json").assert_json(json!({ "id": 1 }));
    client.get("/list").await.assert_json(json!([{ "id": 1 }, { "id": 1 }]));
    client.get("/maybe?there=1").await.assert_json(json!({ "id": 1 }));
    client.get("/maybe?there=0").await.assert_status(200).assert_json(Value::Null);
    client.get("/value").await.assert_json(json!({ "free": [1] }));
    assert_eq!(client.get("/string").await.text(), "\"a \\\"b\\\"\"");
    client.get("/static").await.assert_json("s");
}

#[fastrail::test]
async fn a_status_headers_and_cookies_stand_in_front() {
    let client = TestClient::new(app()).await;
    client.post("/made").await.assert_status(201).assert_header("location", "/items/1").assert_json(json!({ "id": 1 }));
    let parts = client.get("/parts?cookie=yes").await;
    parts.assert_status(202).assert_header("etag", "\"1\"");
    let cookie = parts.header("set-cookie").expect("a cookie");
    for part in ["seen=1", "HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=60"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert_eq!(client.get("/parts?cookie=no").await.header("set-cookie"), None);
    let removed = client.get("/result/ok").await;
    assert!(removed.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")), "{removed:?}");
    client.get("/result/no").await.assert_status(410);
}

#[get("/cookie-of")]
async fn cookie_of(#[query] value: String) -> (SetCookie, ()) {
    (SetCookie::new("name", value), ())
}

#[fastrail::test]
async fn a_cookies_value_cannot_add_attributes_or_headers() {
    let client = TestClient::new(app()).await;
    client.get("/cookie-of?value=a-b.c").await.assert_status(204);
    for value in ["x;Domain=evil.example", "x%0D%0Aset-cookie:y=1", "x,y", "a%20b", "%C3%A4"] {
        let response = client.get(&format!("/cookie-of?value={value}")).await;
        response.assert_status(500);
        assert_eq!(response.header("set-cookie"), None);
    }
}

#[fastrail::test]
async fn text_html_redirects_and_nothing_say_what_they_are() {
    let client = TestClient::new(app()).await;
    assert_eq!(client.get("/text").await.assert_header("content-type", "text/plain; charset=utf-8").text(), "plain");
    assert_eq!(client.get("/html").await.assert_header("content-type", "text/html; charset=utf-8").text(), "<p>hi</p>");
    client.get("/go").await.assert_status(307).assert_header("location", "/text");
    client.post("/see").await.assert_status(303).assert_header("location", "/text");
    for path in ["/unit", "/nothing"] {
        let response = client.delete(path).await;
        assert!(response.assert_status(204).bytes().is_empty());
        assert_eq!(response.header("content-type"), None);
    }
    client.get("/unit-result").await.assert_status(202);
}

#[fastrail::test]
async fn axum_responses_pass_with_their_own_status() {
    let client = TestClient::new(app()).await;
    assert_eq!(client.get("/raw").await.assert_status(201).text(), "raw");
    client.get("/axum").await.assert_status(202).assert_json(json!({ "axum": true }));
    assert_eq!(client.get("/impl").await.assert_status(206).assert_header("x-odd", "1").text(), "impl");
    client.get("/axum-result/ok").await.assert_status(200).assert_json(1);
    client.get("/axum-result/no").await.assert_status(410).assert_json(json!({ "detail": "It was here" }));
}

#[fastrail::test]
async fn each_reply_documents_itself() {
    let client = TestClient::new(app()).await;
    let content = |path: &str, method: &str, status: &str| -> Value {
        client.openapi()["paths"][path][method]["responses"][status]["content"].clone()
    };
    let item = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Item" } } });
    assert_eq!(content("/model", "get", "200"), item);
    assert_eq!(content("/made", "post", "201"), item);
    assert_eq!(content("/parts", "get", "200"), item);
    assert_eq!(content("/result/{what}", "get", "200"), item);
    assert_eq!(content("/list", "get", "200")["application/json"]["schema"]["type"], "array");
    assert_eq!(content("/maybe", "get", "200")["application/json"]["schema"]["anyOf"][1]["type"], "null");
    assert_eq!(content("/string", "get", "200")["application/json"]["schema"]["type"], "string");
    assert_eq!(content("/text", "get", "200")["text/plain"]["schema"]["type"], "string");
    assert_eq!(content("/html", "get", "200")["text/html"]["schema"]["type"], "string");
    let statuses = |path: &str, method: &str| -> Vec<String> {
        let responses = client.openapi()["paths"][path][method]["responses"].as_object().expect("responses");
        responses.keys().cloned().collect()
    };
    assert_eq!(statuses("/go", "get"), ["307"]);
    assert_eq!(statuses("/see", "post"), ["303"]);
    assert_eq!(statuses("/unit", "delete"), ["204"]);
    assert_eq!(statuses("/nothing", "delete"), ["204"]);
    assert_eq!(statuses("/unit-result", "get"), ["202", "410"]);
    assert_eq!(statuses("/axum", "get"), ["202"]);
    assert_eq!(statuses("/impl", "get"), ["200"]);
    let headers = |path: &str| client.openapi()["paths"][path]["get"]["responses"]["200"]["headers"].clone();
    assert!(headers("/parts").get("Set-Cookie").is_some());
    assert!(headers("/result/{what}").get("Set-Cookie").is_some());
}

/// Buffers and header maps go from one request to the next: what was in them does not.
#[fastrail::test]
async fn an_answer_has_nothing_of_the_requests_before() {
    #[post("/back")]
    async fn back(numbers: Vec<u32>) -> Vec<u32> {
        numbers
    }
    let client = TestClient::new(App::new("T", "1").include(routes![model, back])).await;
    for length in [3, 5000, 0, 900] {
        let numbers: Vec<u32> = (0..length).collect();
        let secret = client.post("/back").header("X-Secret", "of this request").bearer("token");
        secret.json(&numbers).await.assert_status(200).assert_json(&numbers);
        let answer = client.get("/model").await;
        assert_eq!(answer.text(), r#"{"id":1}"#);
        let names: Vec<&str> = answer.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "x-request-id"]);
    }
}
