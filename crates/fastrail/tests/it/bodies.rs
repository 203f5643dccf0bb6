//! JSON bodies of several arguments, merged by name; embedded ones; single values; and what cannot stand together.

use fastrail::prelude::*;
use fastrail::{Limits, routes};
use serde_json::{Value, json};

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    #[schema(min_length = 1)]
    name: String,
    #[schema(gt = 0)]
    price: f64,
    #[serde(default)]
    tags: BTreeSet<String>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct User {
    username: String,
    #[serde(default)]
    password: Option<SecretText>,
}

/// A secret that can be shown, for the test's sake
#[derive(Debug, Serialize, Deserialize, Schema)]
struct SecretText(String);

/// Update an item
#[put("/items/{item_id}")]
async fn update_item(
    item_id: i64,
    item: Item,
    user: User,
    #[body(gt = 0, description = "How much it matters", example = 5)] importance: i64,
    #[body(default = 3)] retries: u8,
    note: Option<Vec<String>>,
    #[query] q: Option<String>,
) -> Value {
    json!([item_id, item, user, importance, retries, note, q])
}

#[post("/embedded")]
async fn embedded(#[body(embed)] item: Item) -> Item {
    item
}

#[post("/optional")]
async fn optional(item: Option<Item>, #[body(default)] count: u8) -> Value {
    json!([item, count])
}

#[post("/number")]
async fn number(#[body(ge = 1, le = 9)] count: i64) -> i64 {
    count
}

#[post("/text")]
async fn text(#[body(default = "none", trim, max_length = 4)] note: String) -> Value {
    json!(note)
}

#[post("/maybe")]
async fn maybe(#[body] day: Option<NaiveDate>) -> Value {
    json!(day)
}

#[post("/list")]
async fn list(#[body(min_items = 1, unique_items)] ids: Vec<u32>) -> Vec<u32> {
    ids
}

/// Who writes
#[derive(Clone)]
struct Author(String);

#[dependency]
async fn author(#[body(min_length = 2)] author: String) -> Author {
    Author(author)
}

#[post("/by-dependency")]
async fn by_dependency(item: Item, author: Author) -> Value {
    json!([item.name, author.0])
}

async fn client() -> TestClient {
    let routes = routes![update_item, embedded, optional, number, text, maybe, list, by_dependency];
    TestClient::new(App::new("T", "1").include(routes)).await
}

fn places(response: &fastrail::testing::TestResponse) -> Vec<(Value, Value)> {
    let errors = response.at("/detail");
    errors.as_array().into_iter().flatten().map(|error| (error["loc"].clone(), error["type"].clone())).collect()
}

#[fastrail::test]
async fn several_body_arguments_are_the_fields_of_one_object() {
    let client = client().await;
    let body = json!({
        "importance": 5,
        "user": { "username": "ada" },
        "unknown": [{ "is": "ignored" }],
        "item": { "name": "Fork", "price": 1.5, "tags": ["b", "a"] },
        "note": ["n"],
    });
    client.put("/items/3?q=x").json(&body).await.assert_status(200).assert_json(json!([
        3,
        { "name": "Fork", "price": 1.5, "tags": ["a", "b"] },
        { "username": "ada", "password": null },
        5, 3, ["n"], "x",
    ]));
}

#[fastrail::test]
async fn every_error_of_every_part_is_told_at_its_place() {
    let client = client().await;
    let body = json!({
        "item": { "name": "", "price": 0, "tags": ["a", "a"] }, "user": {}, "importance": 0, "retries": 256, "note": 1,
    });
    let response = client.put("/items/x").json(&body).await;
    response.assert_status(422);
    let expected = [
        (json!(["path", "item_id"]), "int_parsing"),
        (json!(["body", "item", "name"]), "string_too_short"),
        (json!(["body", "item", "price"]), "greater_than"),
        (json!(["body", "item", "tags", 1]), "unique_items"),
        (json!(["body", "user", "username"]), "missing"),
        (json!(["body", "importance"]), "greater_than"),
        (json!(["body", "retries"]), "less_than_equal"),
        (json!(["body", "note"]), "list_type"),
    ];
    assert_eq!(places(&response), expected.map(|(place, kind)| (place, json!(kind))));
    assert_eq!(response.at("/detail/4/input"), json!({}));
}

#[fastrail::test]
async fn a_part_that_is_absent_is_missing_at_its_name_and_echoes_nothing() {
    let client = client().await;
    let missing = |names: &[&str]| -> Value {
        let missing =
            |name| json!({ "type": "missing", "loc": ["body", name], "msg": "Field required", "input": null });
        json!({ "detail": names.iter().map(missing).collect::<Vec<_>>() })
    };
    let response = client.put("/items/1").json(json!({ "item": { "name": "a", "price": 1 } })).await;
    response.assert_status(422).assert_json(missing(&["user", "importance"]));
    // As in FastAPI: without a body, and with one that has no fields at all.
    client.put("/items/1").await.assert_status(422).assert_json(missing(&["item", "user", "importance"]));
    let response = client.put("/items/1").json(json!([])).await;
    response.assert_status(422).assert_json(missing(&["item", "user", "importance", "retries", "note"]));
    let response = client.put("/items/1").body("text/plain", "item").await;
    assert_eq!(response.assert_status(422).at("/detail/0/type"), "missing");
}

#[fastrail::test]
async fn a_merged_body_is_as_strict_as_a_model() {
    let client = client().await;
    let ask = async |body: &str| client.put("/items/1").body("application/json", body.to_owned()).await;
    let twice =
        ask(r#"{"importance": 1, "item": {"name": "a", "price": 1}, "importance": 2, "user": {"username": "a"}}"#);
    assert_eq!(places(&twice.await), [(json!(["body", "importance"]), json!("json_duplicate_key"))]);
    let inside = ask(r#"{"importance": 1, "item": {"name": "a", "price": 1, "price": 2}, "user": {"username": "a"}}"#);
    assert_eq!(places(&inside.await), [(json!(["body", "item", "price"]), json!("json_duplicate_key"))]);
    let broken = ask(r#"{"importance": 1, "item": "#);
    assert_eq!(places(&broken.await), [(json!(["body", 26]), json!("json_invalid"))]);
    let surrogate = ask(r#"{"importance": 1, "item": {"name": "\ud800", "price": 1}, "user": {"username": "a"}}"#);
    assert_eq!(surrogate.await.assert_status(422).at("/detail/0/type"), "json_invalid");
    let array = ask(r#"{"importance": 1, "item": ["a", 1], "user": {"username": "a"}}"#);
    assert_eq!(places(&array.await), [(json!(["body", "item"]), json!("model_attributes_type"))]);
}

#[fastrail::test]
async fn depth_is_counted_from_the_body_s_own_object() {
    let app = App::new("T", "1").include(routes![update_item]).limits(Limits { max_depth: 3, ..Limits::default() });
    let client = TestClient::new(app).await;
    let body = |tags: &str, other: &str| {
        format!(
            r#"{{"importance": 1, "item": {{"name": "a", "price": 1, "tags": {tags}}}, "user": {{"username": "a"}}, "other": {other}}}"#
        )
    };
    let ask = async |body: String| client.put("/items/1").body("application/json", body).await;
    ask(body(r#"["a"]"#, "[[]]")).await.assert_status(200);
    let deep = [json!(["body", "item", "tags", 0]), json!(["body", "other", 0, 0])];
    for (body, place) in [body(r#"[["a"]]"#, "1"), body("[]", "[[[]]]")].into_iter().zip(deep) {
        assert_eq!(places(&ask(body).await), [(place, json!("json_too_deep"))]);
    }
}

#[fastrail::test]
async fn one_body_argument_is_the_body_unless_it_is_embedded() {
    let client = client().await;
    let item = json!({ "name": "Fork", "price": 2.0, "tags": [] });
    client.post("/embedded").json(json!({ "item": item })).await.assert_status(200).assert_json(&item);
    let flat = client.post("/embedded").json(&item).await;
    assert_eq!(places(&flat), [(json!(["body", "item"]), json!("missing"))]);
    client
        .post("/by-dependency")
        .json(json!({ "item": item, "author": "ada" }))
        .await
        .assert_json(json!(["Fork", "ada"]));
    let short = client.post("/by-dependency").json(json!({ "item": item, "author": "a" })).await;
    assert_eq!(places(&short), [(json!(["body", "author"]), json!("string_too_short"))]);
}

#[fastrail::test]
async fn parts_may_be_optional_and_so_may_be_the_whole() {
    let client = client().await;
    client.post("/optional").await.assert_status(200).assert_json(json!([null, 0]));
    client.post("/optional").json(json!({})).await.assert_status(200).assert_json(json!([null, 0]));
    client.post("/optional").json(json!({ "item": null, "count": 2 })).await.assert_json(json!([null, 2]));
    let wrong = client.post("/optional").json(json!({ "item": {}, "count": null })).await;
    assert_eq!(
        places(&wrong),
        [
            (json!(["body", "item", "name"]), json!("missing")),
            (json!(["body", "item", "price"]), json!("missing")),
            (json!(["body", "count"]), json!("int_type")),
        ]
    );
}

#[fastrail::test]
async fn a_single_value_is_a_body_with_attribute() {
    let client = client().await;
    client.post("/number").json(5).await.assert_status(200).assert_json(5);
    for (body, kind) in [(json!(0), "greater_than_equal"), (json!("5"), "int_type"), (json!({}), "int_type")] {
        let response = client.post("/number").json(&body).await;
        assert_eq!(places(response.assert_status(422)), [(json!(["body"]), json!(kind))]);
    }
    assert_eq!(places(&client.post("/number").await), [(json!(["body"]), json!("missing"))]);
    client.post("/text").json(" abc ").await.assert_json("abc");
    client.post("/text").await.assert_json("none");
    client.post("/text").json("abcde").await.assert_status(422);
    client.post("/maybe").json("2026-02-28").await.assert_json("2026-02-28");
    client.post("/maybe").await.assert_status(200).assert_json(Value::Null);
    client.post("/maybe").json(Value::Null).await.assert_status(200).assert_json(Value::Null);
    client.post("/maybe").json("2026-02-30").await.assert_status(422);
    client.post("/list").json([1, 2]).await.assert_json([1, 2]);
    assert_eq!(places(&client.post("/list").json([1, 1]).await), [(json!(["body", 1]), json!("unique_items"))]);
}

#[fastrail::test]
async fn a_body_of_another_media_type_is_refused_once() {
    let app = App::new("T", "1").include(routes![update_item, number]).errors(ProblemDetails::new());
    let client = TestClient::new(app).await;
    client.put("/items/1").body("text/plain", "{}").await.assert_status(415);
    client.post("/number").body("text/plain", "5").await.assert_status(415);
    let both = client.put("/items/x").body("text/plain", "{}").await;
    both.assert_status(422);
}

#[fastrail::test]
async fn the_document_has_a_component_for_merged_bodies_as_fastapi_s() {
    let client = client().await;
    let document = client.openapi();
    let body = |path: &str, method: &str| document["paths"][path][method]["requestBody"].clone();
    let reference =
        |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    assert_eq!(body("/items/{item_id}", "put"), json!({ "content": reference("Body_update_item"), "required": true }));
    assert_eq!(
        document["components"]["schemas"]["Body_update_item"],
        json!({
            "type": "object",
            "title": "Body_update_item",
            "required": ["item", "user", "importance"],
            "properties": {
                "item": { "$ref": "#/components/schemas/Item" },
                "user": { "$ref": "#/components/schemas/User" },
                "importance": {
                    "type": "integer", "exclusiveMinimum": 0, "maximum": i64::MAX,
                    "title": "Importance", "description": "How much it matters", "examples": [5],
                },
                "retries": { "type": "integer", "minimum": 0, "maximum": 255, "default": 3, "title": "Retries" },
                "note": {
                    "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "null" }],
                    "title": "Note",
                },
            },
        })
    );
    assert_eq!(body("/embedded", "post"), json!({ "content": reference("Body_embedded"), "required": true }));
    assert_eq!(body("/optional", "post"), json!({ "content": reference("Body_optional") }));
    assert_eq!(document["components"]["schemas"]["Body_by_dependency"]["required"], json!(["item", "author"]));
    assert_eq!(
        body("/number", "post"),
        json!({
            "content": { "application/json": { "schema": {
                "type": "integer", "minimum": 1, "maximum": 9, "title": "Count",
            } } },
            "required": true,
        })
    );
}

#[derive(Deserialize, Schema)]
struct Login {
    name: String,
}

#[dependency]
async fn caller(#[form] login: Login) -> Caller {
    Caller(login.name)
}

#[derive(Clone)]
struct Caller(String);

#[post("/json-and-form")]
async fn json_and_form(item: Item, caller: Caller) -> Value {
    json!([item, caller.0])
}

#[post("/raw-twice")]
async fn raw_twice(first: ExtractBody<bytes::Bytes>, second: ExtractBody<bytes::Bytes>) -> usize {
    first.len() + second.len()
}

#[post("/one-name")]
async fn one_name(author: Author, #[body(alias = "author")] number: u8) -> Value {
    json!([author.0, number])
}

#[test]
fn what_cannot_be_one_body_does_not_build() {
    let problem = |routes| App::new("T", "1").include(routes).build().expect_err("it cannot be").to_string();
    let text = problem(routes![json_and_form]);
    assert!(text.contains("two bodies of different media types; `login` is the second"), "{text}");
    let text = problem(routes![raw_twice]);
    assert!(text.contains("`first` has taken the body away, so `second` would get nothing"), "{text}");
    let text = problem(routes![one_name]);
    assert!(text.contains("two arguments read the body's field `author` as different types"), "{text}");
}

#[fastrail::test]
async fn a_body_may_come_in_pieces_and_is_counted_as_a_whole() {
    let limits = Limits { max_body_bytes: 24, ..Limits::default() };
    let client = TestClient::new(App::new("T", "1").include(routes![text]).limits(limits)).await;
    let ask = |pieces: &'static [&'static str]| {
        let pieces = pieces.iter().map(|piece| Ok::<_, std::io::Error>(*piece));
        let body = fastrail::Body::from_stream(futures_util::stream::iter(pieces));
        client.post("/text").header("Content-Type", "application/json").stream(body)
    };
    ask(&["\"", "", "ab", "c\""]).await.assert_status(200).assert_json("abc");
    ask(&["\"abc\""]).await.assert_status(200).assert_json("abc");
    ask(&[]).await.assert_status(200).assert_json("none");
    ask(&["\"abc\"", "                   "]).await.assert_status(200);
    ask(&["\"abc\"", "                    "]).await.assert_status(413);
    ask(&["                         ", "\"abc\""]).await.assert_status(413);
}
