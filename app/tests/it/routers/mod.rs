//! Tests of the path operations, over HTTP: one file a resource, one module an operation, as in `app/src/routers`.

mod api_keys;
mod auth;
mod debug;
mod document;
mod external;
mod failures;
mod health;
mod items;
mod limits;
mod mass_assignment;
mod matrix;
mod metrics;
mod roles;
mod root;
mod sessions;
mod users;
mod well_known;
mod wire;

use fastrail::testing::TestClient;
use http::Method;
use serde_json::json;

use crate::support::Answer;

/// An id that nobody has.
const NOBODY: &str = "01930000-0000-7000-8000-000000000000";

/// Asks with a body where the method has one.
async fn ask(client: &TestClient, method: &str, path: &str) -> fastrail::testing::TestResponse {
    let request = client.request(method.parse::<Method>().unwrap(), path);
    if matches!(method, "POST" | "PATCH" | "PUT") { request.json(json!({})).await } else { request.await }
}

/// A stranger gets 401 before anything is read, and so does a token that is none of ours.
async fn assert_needs_a_token(client: &TestClient, method: &str, path: &str) {
    let stranger = ask(client, method, path).await;
    stranger.assert_problem(401, "not_authenticated");
    stranger.assert_header("www-authenticate", "Bearer");
    let forged = ask(&client.with_bearer("eyJhbGciOiJub25lIn0.e30."), method, path).await;
    forged.assert_problem(401, "token_invalid");
    forged.assert_header("www-authenticate", r#"Bearer error="invalid_token""#);
}
