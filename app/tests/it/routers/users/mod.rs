//! Users, over HTTP.

mod create;
mod delete;
mod list;
mod me;
mod read;
mod roles;
mod update;

use chrono::TimeDelta;
use fastrail::testing::TestClient;
use serde_json::{Value, json};

use super::{NOBODY, assert_needs_a_token};
use crate::support::{Answer, PASSWORD, TestApi, password_grant};

const ME: &str = "/api/v1/users/me";

async fn path_of(api: &TestApi, name: &str) -> String {
    format!("/api/v1/users/{}", api.id_of(name).await)
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

fn new_user(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD })
}

/// The operation is for those who may, and asks that before it looks at anything else.
async fn assert_needs_the_permission(api: &TestApi, method: &str, path: &str) {
    assert_needs_a_token(&api.client, method, path).await;
    let bob = api.as_user("bob").await;
    super::ask(&bob, method, path).await.assert_problem(403, "forbidden");
}

/// Ids that are none are 422, and those of nobody 404.
async fn assert_needs_an_id(admin: &TestClient, method: &str, suffix: &str, body: Value) {
    for (id, status) in [("x", 422), ("7", 422), (NOBODY, 404)] {
        let path = format!("/api/v1/users/{id}{suffix}");
        let request = admin.request(method.parse().unwrap(), &path);
        let answer = if method == "PATCH" { request.json(&body).await } else { request.await };
        match status {
            422 => answer.assert_invalid(&[("path.user_id", "uuid_parsing")]),
            _ => answer.assert_problem(404, "user_not_found"),
        };
    }
}
