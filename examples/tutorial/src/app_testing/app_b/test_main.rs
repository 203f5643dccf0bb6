//! Tests of every answer.

use super::main::app;
use fastrail::prelude::*;

#[fastrail::test]
async fn an_item_is_read() {
    let client = TestClient::new(app()).await;
    let item = json!({ "id": "foo", "title": "Foo", "description": "There goes my hero" });
    client.get("/items/foo").header("x-token", "coneofsilence").await.assert_status(200).assert_json(item);
}

#[fastrail::test]
async fn a_wrong_token_is_refused() {
    let client = TestClient::new(app()).await.unchecked();
    let response = client.get("/items/foo").header("x-token", "hailhydra").await;
    response.assert_status(400).assert_json(json!({ "detail": "Invalid X-Token header" }));
    let item = json!({ "id": "bazz", "title": "Bazz", "description": "Drop the bazz" });
    let response = client.post("/items/").header("x-token", "hailhydra").json(item).await;
    response.assert_status(400).assert_json(json!({ "detail": "Invalid X-Token header" }));
}

#[fastrail::test]
async fn what_is_not_there_is_not_found() {
    let client = TestClient::new(app()).await.unchecked();
    let response = client.get("/items/baz").header("x-token", "coneofsilence").await;
    response.assert_status(404).assert_json(json!({ "detail": "Item not found" }));
}

#[fastrail::test]
async fn an_item_is_made_once() {
    let client = TestClient::new(app()).await.unchecked();
    let item = json!({ "id": "foobar", "title": "Foo Bar", "description": "The Foo Barters" });
    let response = client.post("/items/").header("x-token", "coneofsilence").json(&item).await;
    response.assert_status(200).assert_json(&item);
    let response = client.post("/items/").header("x-token", "coneofsilence").json(&item).await;
    response.assert_status(409).assert_json(json!({ "detail": "Item already exists" }));
}
