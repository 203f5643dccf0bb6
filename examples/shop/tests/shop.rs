//! The promises of the shop's user code, over its test client.

use fastrail::prelude::*;
use serde_json::{Value, json};
use shop::{Pool, app};

#[fastrail::test]
async fn a_stranger_gets_401() {
    let client = TestClient::new(app().override_dependency(|| async { Ok(Pool::default()) })).await;
    client.get("/api/v1/items/1").await.assert_status(401).assert_json(json!({ "detail": "Not authenticated" }));
}

#[fastrail::test]
async fn all_three_errors_of_a_request_come_in_one_422() {
    let client = TestClient::new(app()).await;
    let response = client.get("/api/v1/items/0?limit=500").bearer("reader-token").await;
    response.assert_status(422).assert_json(json!({ "detail": [
        {
            "type": "greater_than_equal",
            "loc": ["path", "item_id"],
            "msg": "Input should be greater than or equal to 1",
            "input": "0",
            "ctx": { "ge": 1 },
        },
        {
            "type": "less_than_equal",
            "loc": ["query", "limit"],
            "msg": "Input should be less than or equal to 100",
            "input": "500",
            "ctx": { "le": 100 },
        },
        { "type": "missing", "loc": ["header", "x-tenant"], "msg": "Field required", "input": null },
    ] }));
}

#[fastrail::test]
async fn without_a_token_the_same_request_is_401() {
    let client = TestClient::new(app()).await;
    client.get("/api/v1/items/0?limit=500").await.assert_status(401).assert_header("www-authenticate", "Bearer");
}

#[fastrail::test]
async fn an_item_is_made_and_read() {
    let client = TestClient::new(app()).await.with_header("x-tenant", "acme");
    let fork = json!({ "name": "Fork", "price": "2.50", "tags": ["kitchen"] });
    let made = client.post("/api/v1/items").bearer("writer-token").json(&fork).await;
    made.assert_status(201);
    let read = client.get("/api/v1/items/1").bearer("reader-token").await;
    read.assert_status(200).assert_json(json!({ "id": 1, "name": "Fork", "price": "2.50", "tags": ["kitchen"] }));
    client.post("/api/v1/items").bearer("writer-token").json(&fork).await.assert_status(409);
}

#[fastrail::test]
async fn a_reader_may_not_write() {
    let client = TestClient::new(app()).await;
    let response = client.post("/api/v1/items").bearer("reader-token").json(json!({ "name": "", "price": "0" })).await;
    response.assert_status(403).assert_json(json!({ "detail": "You may not do this" }));
}

#[fastrail::test]
async fn the_document_says_what_the_signature_says() {
    let client = TestClient::new(app()).await;
    let operation = client.openapi().pointer("/paths/~1api~1v1~1items~1{item_id}/get").expect("the operation").clone();
    assert_eq!(operation["summary"], "Read one item");
    assert_eq!(operation["description"], "The first line is the summary, the rest the description.");
    let names: Vec<&Value> =
        operation["parameters"].as_array().expect("parameters").iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["item_id", "q", "limit", "x-tenant"]);
    assert_eq!(operation["security"], json!([{ "BearerToken": [] }]));
    let statuses: Vec<&String> = operation["responses"].as_object().expect("responses").keys().collect();
    assert_eq!(statuses, ["200", "401", "403", "404", "409", "422", "503"]);
    let write = client.openapi().pointer("/paths/~1api~1v1~1items/post/security").expect("its security");
    assert_eq!(*write, json!([{ "BearerToken": ["items:write"] }]));
}

#[test]
fn the_reference_operation_is_eleven_lines() {
    let source = include_str!("../src/lib.rs");
    let start = source.find("#[get(\"/items/{item_id}\"").expect("the operation");
    let end = source[start..].find("\n}\n").expect("its end");
    assert_eq!(source[start..start + end].lines().count() + 1, 11);
}
