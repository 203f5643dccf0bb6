//! Tests in a file of their own.

use super::main::app;
use fastrail::prelude::*;

#[fastrail::test]
async fn it_says_hello() {
    let client = TestClient::new(app()).await;
    client.get("/").await.assert_status(200).assert_json(json!({ "msg": "Hello World" }));
}
