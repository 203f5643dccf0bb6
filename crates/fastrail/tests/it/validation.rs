//! The JSON body, and all errors of a request together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrail::Limits;
use fastrail::prelude::*;
use serde_json::{Value, json};

/// An item
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    #[schema(min_length = 1, max_length = 5)]
    name: String,
    #[schema(ge = 0)]
    count: i32,
    #[serde(default)]
    parts: Vec<Part>,
}

/// A part of an item
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Part {
    id: u8,
}

#[post("/items")]
async fn make(body: Item) -> Item {
    body
}

#[post("/maybe")]
async fn maybe(body: Option<Item>) -> bool {
    body.is_some()
}

#[post("/many")]
async fn many(#[body(min_items = 1, max_items = 2)] items: Vec<Item>) -> usize {
    items.len()
}

#[post("/tree")]
async fn tree(body: Value) -> bool {
    body.is_array()
}

fn app() -> App {
    App::new("T", "1").include(routes![make, maybe, many, tree])
}

fn fork() -> Value {
    json!({ "name": "Fork", "count": 1, "parts": [{ "id": 1 }] })
}

#[fastrail::test]
async fn a_body_is_read_whatever_its_json_media_type_is_called() {
    let client = TestClient::new(app()).await;
    client.post("/items").json(fork()).await.assert_status(200).assert_json(fork());
    for media_type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.shop+json"] {
        client.post("/items").body(media_type, fork().to_string()).await.assert_status(200);
    }
}

#[fastrail::test]
async fn a_missing_body_is_missing_and_an_optional_one_is_none() {
    let client = TestClient::new(app()).await;
    client.post("/items").await.assert_status(422).assert_json(json!({ "detail": [
        { "type": "missing", "loc": ["body"], "msg": "Field required", "input": null },
    ] }));
    client.post("/maybe").await.assert_status(200).assert_json(false);
    client.post("/maybe").json(Value::Null).await.assert_status(200).assert_json(false);
    client.post("/maybe").json(fork()).await.assert_status(200).assert_json(true);
    client.post("/maybe").json(json!({ "name": "Fork" })).await.assert_status(422);
    let body = &client.openapi()["paths"]["/maybe"]["post"]["requestBody"];
    assert_eq!(body.get("required"), None);
    assert_eq!(client.openapi()["paths"]["/items"]["post"]["requestBody"]["required"], true);
}

#[fastrail::test]
async fn what_is_no_json_is_422_in_fastapis_shape_and_415_in_rfc_9457() {
    let client = TestClient::new(app()).await;
    let response = client.post("/items").body("text/plain", fork().to_string()).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail/0/loc"), json!(["body"]));
    let client = TestClient::new(app().errors(ProblemDetails::new())).await;
    let response = client.post("/items").body("text/plain", fork().to_string()).await;
    response.assert_status(415).assert_header("content-type", "application/problem+json");
    assert_eq!(response.at("/code"), "unsupported_media_type");
    // Nothing was sent, so nothing has a wrong type.
    client.post("/items").await.assert_status(422);
}

#[fastrail::test]
async fn malformed_deep_and_arrayed_bodies_are_refused_with_their_place() {
    let client = TestClient::new(app()).await;
    let malformed = client.post("/items").body("application/json", "{\"name\": \"Fork\", }").await;
    malformed.assert_status(422);
    assert_eq!(malformed.at("/detail/0/type"), "json_invalid");
    assert_eq!(malformed.at("/detail/0/loc/0"), "body");
    client.post("/items").body("application/json", &b"{\"name\": \"\xff\"}"[..]).await.assert_status(422);

    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    client.post("/tree").body("application/json", nested(64)).await.assert_status(200);
    client.post("/tree").body("application/json", nested(65)).await.assert_status(422);
    client.post("/tree").body("application/json", nested(100_000)).await.assert_status(422);
    let shallow = TestClient::new(app().limits(Limits { max_depth: 2, ..Limits::default() })).await;
    shallow.post("/tree").body("application/json", nested(3)).await.assert_status(422);

    let array = client.post("/items").json(json!(["Fork", 1, []])).await;
    array.assert_status(422);
    assert_eq!(array.at("/detail/0/type"), "model_attributes_type");
    let inner = client.post("/items").json(json!({ "name": "Fork", "count": 1, "parts": [[1]] })).await;
    inner.assert_status(422);
    assert_eq!(inner.at("/detail/0/loc"), json!(["body", "parts", 0]));
    let twice = "{\"name\": \"Fork\", \"count\": 1, \"count\": 2}";
    client.post("/items").body("application/json", twice).await.assert_status(422);
}

#[fastrail::test]
async fn lists_are_bodies_with_rules_of_their_own() {
    let client = TestClient::new(app()).await;
    client.post("/many").json([fork(), fork()]).await.assert_status(200).assert_json(2);
    let few = client.post("/many").json(json!([])).await;
    assert_eq!(few.assert_status(422).at("/detail/0/type"), "too_short");
    let wrong = client.post("/many").json(json!([fork(), { "name": "", "count": -1 }])).await;
    wrong.assert_status(422);
    assert_eq!(wrong.at("/detail/0/loc"), json!(["body", 1, "name"]));
    assert_eq!(wrong.at("/detail/1/loc"), json!(["body", 1, "count"]));
}

#[fastrail::test]
async fn too_large_bodies_are_413_and_compressed_ones_415_in_both_shapes() {
    let small = Limits { max_body_bytes: 64, ..Limits::default() };
    for (format, media_type) in [(None, "application/json"), (Some(ProblemDetails::new()), "application/problem+json")]
    {
        let app = app().limits(small);
        let app = match format {
            Some(format) => app.errors(format),
            None => app,
        };
        let client = TestClient::new(app).await;
        let long = json!({ "name": "x".repeat(64), "count": 1 }).to_string();
        let declared = client.post("/items").header("content-length", "1000").body("application/json", long.clone());
        declared.await.assert_status(413).assert_header("content-type", media_type);
        let chunks = long.into_bytes().into_iter().map(|byte| Ok::<_, std::io::Error>(vec![byte]));
        let body = fastrail::Body::from_stream(futures_util::stream::iter(chunks));
        let streamed = client.post("/items").header("content-type", "application/json").stream(body).await;
        streamed.assert_status(413).assert_header("content-type", media_type);
        let zipped = client.post("/items").json(fork()).header("content-encoding", "gzip").await;
        zipped.assert_status(415).assert_header("content-type", media_type);
        let plain = client.post("/maybe").header("content-encoding", "identity").await;
        plain.assert_status(200);
    }
}

#[fastrail::test]
async fn a_body_that_breaks_off_is_400() {
    let client = TestClient::new(app()).await;
    let chunks = [Ok(&b"{\"name\""[..]), Err(std::io::Error::other("the client has gone"))];
    let body = fastrail::Body::from_stream(futures_util::stream::iter(chunks));
    let response = client.post("/items").header("content-type", "application/json").stream(body).await;
    response.assert_status(400).assert_json(json!({ "detail": "The request body could not be read" }));
}

/// How often a dependency's fn has run
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

#[derive(Clone)]
struct Tenant(String);

#[dependency]
async fn tenant(#[header(min_length = 2)] x_tenant: String, runs: State<Runs>) -> Tenant {
    runs.0.0.fetch_add(1, Ordering::SeqCst);
    Tenant(x_tenant)
}

#[derive(Clone, Dependency)]
struct Paging {
    #[query(le = 100, default = 50)]
    limit: u32,
    #[cookie]
    last_seen: Option<u64>,
    tenant: Tenant,
}

#[put("/all/{id}")]
async fn all_sources(#[path(ge = 1)] id: i64, paging: Paging, #[query] flag: bool, body: Item) -> Value {
    json!([id, paging.limit, paging.last_seen, paging.tenant.0, flag, body])
}

#[fastrail::test]
async fn all_errors_of_a_request_come_together_and_dependencies_do_not_run() {
    let runs = Runs::default();
    let client = TestClient::new(App::new("T", "1").include(routes![all_sources]).state(runs.clone())).await;
    let request = client.put("/all/0?limit=101&flag=maybe").header("x-tenant", "x").header("cookie", "last_seen=-1");
    let response = request.json(json!({ "name": "Knives", "parts": [{ "id": 1 }, { "id": 256 }] })).await;
    response.assert_status(422);
    let errors = response.at("/detail");
    let told: Vec<(Value, Value)> =
        errors.as_array().expect("errors").iter().map(|e| (e["loc"].clone(), e["type"].clone())).collect();
    let expected = [
        (json!(["path", "id"]), "greater_than_equal"),
        (json!(["query", "limit"]), "less_than_equal"),
        (json!(["cookie", "last_seen"]), "greater_than_equal"),
        (json!(["header", "x-tenant"]), "string_too_short"),
        (json!(["query", "flag"]), "bool_parsing"),
        (json!(["body", "name"]), "string_too_long"),
        (json!(["body", "count"]), "missing"),
        (json!(["body", "parts", 1, "id"]), "less_than_equal"),
    ];
    assert_eq!(told, expected.map(|(place, kind)| (place, json!(kind))));
    assert_eq!(runs.0.load(Ordering::SeqCst), 0);
    let good = client.put("/all/1?flag=yes").header("x-tenant", "acme").json(fork()).await;
    good.assert_status(200).assert_json(json!([1, 50, null, "acme", true, fork()]));
    assert_eq!(runs.0.load(Ordering::SeqCst), 1);
}

#[fastrail::test]
async fn problem_details_lists_the_same_errors_with_pointers() {
    let app = App::new("T", "1").include(routes![all_sources]).state(Runs::default()).errors(ProblemDetails::new());
    let client = TestClient::new(app).await;
    let request = client.put("/all/0?flag=1").header("x-tenant", "acme").header("x-request-id", "r-1");
    let response = request.json(json!({ "name": "", "count": 1 })).await;
    response.assert_status(422).assert_json(json!({
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "The request does not fit what this operation takes; see the errors",
        "instance": "/all/0",
        "code": "validation_failed",
        "request_id": "r-1",
        "errors": [
            {
                "location": "path.id",
                "code": "greater_than_equal",
                "detail": "Input should be greater than or equal to 1",
            },
            { "pointer": "/name", "code": "string_too_short", "detail": "String should have at least 1 character" },
        ],
    }));
}

#[fastrail::test]
async fn the_number_of_errors_is_bounded_over_all_sources() {
    let few = Limits { max_errors: 3, ..Limits::default() };
    let client = TestClient::new(app().limits(few)).await;
    let parts: Vec<Value> = (0..1000).map(|_| json!({ "id": "x" })).collect();
    let response = client.post("/items").json(json!({ "name": "", "count": -1, "parts": parts })).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail").as_array().map(Vec::len), Some(3));
    let client = TestClient::new(app()).await;
    let response = client.post("/items").json(json!({ "name": "", "count": -1, "parts": parts })).await;
    assert_eq!(response.at("/detail").as_array().map(Vec::len), Some(100));
    let none = Limits { max_errors: 0, ..Limits::default() };
    let client = TestClient::new(app().limits(none)).await;
    let response = client.post("/items").json(json!({})).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail").as_array().map(Vec::len), Some(1), "one error is told in any case");
}

#[derive(Deserialize, Schema)]
struct Login {
    password: SecretString,
}

#[post("/login")]
async fn login(body: Login) -> usize {
    body.password.expose_secret().len()
}

#[fastrail::test]
async fn what_is_no_json_is_echoed_unless_it_could_hold_a_secret() {
    let client = TestClient::new(App::new("T", "1").include(routes![login, make])).await;
    let form = "application/x-www-form-urlencoded";
    let response = client.post("/items").body(form, "name=Fork").await;
    assert_eq!(response.assert_status(422).at("/detail/0/input"), "name=Fork");
    let response = client.post("/login").body(form, "password=hush").await;
    assert!(!response.assert_status(422).text().contains("hush"));
    let response = client.post("/items").body(form, &b"\xff"[..]).await;
    assert_eq!(response.assert_status(422).at("/detail/0/input"), json!(null));
}
