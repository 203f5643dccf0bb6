//! The OpenAPI document: what it promises of each operation, and that the operations are those of the product.

use serde_json::{Value, json};

use crate::support::TestApi;

/// Who may ask.
#[derive(Clone, Copy)]
enum Policy {
    /// Anybody, known or not.
    Public,
    /// Whoever shows any credential with these permissions.
    Caller(&'static [&'static str]),
    /// Whoever has logged in; API keys do not count.
    Person,
}

use Policy::{Caller, Person, Public};

/// Name, method, path, who may ask, and statuses.
type Operation = (&'static str, &'static str, &'static str, Policy, &'static str);

/// Each operation of the product, with every status that it can answer.
const OPERATIONS: &[Operation] = &[
    ("register", "post", "/api/v1/auth/register", Public, "201 400 409 413 415 422 429 500 503"),
    ("create_token", "post", "/api/v1/auth/token", Public, "200 400 413 415 422 429 500 503"),
    ("login", "post", "/api/v1/auth/login", Public, "200 400 401 403 409 413 415 422 429 500 503"),
    ("logout", "post", "/api/v1/auth/logout", Person, "204 401 403 404 409 429 500 503"),
    ("logout_all", "post", "/api/v1/auth/logout-all", Person, "204 401 403 404 409 429 500 503"),
    ("change_password", "post", "/api/v1/auth/password/change", Person, "204 400 401 403 409 413 415 422 429 500 503"),
    ("list_sessions", "get", "/api/v1/auth/sessions", Person, "200 401 403 422 429 500 503"),
    ("end_session", "delete", "/api/v1/auth/sessions/{session_id}", Person, "204 401 403 404 409 422 429 500 503"),
    ("list_api_keys", "get", "/api/v1/api-keys", Person, "200 401 403 422 429 500 503"),
    ("create_api_key", "post", "/api/v1/api-keys", Person, "201 400 401 403 409 413 415 422 429 500 503"),
    ("delete_api_key", "delete", "/api/v1/api-keys/{api_key_id}", Person, "204 401 403 404 409 422 429 500 503"),
    (
        "rotate_api_key",
        "post",
        "/api/v1/api-keys/{api_key_id}/rotate",
        Person,
        "200 400 401 403 404 409 413 415 422 429 500 503",
    ),
    ("read_me", "get", "/api/v1/users/me", Caller(&[]), "200 401 403 404 429 500 503"),
    ("update_me", "patch", "/api/v1/users/me", Person, "200 400 401 403 404 409 413 415 422 429 500 503"),
    ("delete_me", "delete", "/api/v1/users/me", Person, "204 401 403 404 409 429 500 503"),
    ("list_users", "get", "/api/v1/users", Caller(&["users:read"]), "200 401 403 422 429 500 503"),
    ("create_user", "post", "/api/v1/users", Caller(&["users:write"]), "201 400 401 403 409 413 415 422 429 500 503"),
    ("read_user", "get", "/api/v1/users/{user_id}", Caller(&["users:read"]), "200 401 403 404 422 429 500 503"),
    (
        "update_user",
        "patch",
        "/api/v1/users/{user_id}",
        Caller(&["users:write"]),
        "200 400 401 403 404 409 413 415 422 429 500 503",
    ),
    (
        "delete_user",
        "delete",
        "/api/v1/users/{user_id}",
        Caller(&["users:write"]),
        "204 401 403 404 409 422 429 500 503",
    ),
    ("export_users", "get", "/api/v1/users/export.csv", Caller(&["users:read"]), "200 401 403 422 429 500 503"),
    ("read_profile", "get", "/api/v1/users/{user_id}/profile", Caller(&[]), "200 401 403 404 422 429 500 503"),
    (
        "list_user_roles",
        "get",
        "/api/v1/users/{user_id}/roles",
        Caller(&["roles:read"]),
        "200 401 403 404 422 429 500 503",
    ),
    (
        "set_user_roles",
        "put",
        "/api/v1/users/{user_id}/roles",
        Caller(&["roles:write"]),
        "200 400 401 403 404 409 413 415 422 429 500 503",
    ),
    ("list_roles", "get", "/api/v1/roles", Caller(&["roles:read"]), "200 401 403 422 429 500 503"),
    (
        "create_role",
        "post",
        "/api/v1/roles",
        Caller(&["roles:write"]),
        "201 400 401 403 404 409 413 415 422 429 500 503",
    ),
    ("read_role", "get", "/api/v1/roles/{role_id}", Caller(&["roles:read"]), "200 401 403 404 422 429 500 503"),
    (
        "update_role",
        "patch",
        "/api/v1/roles/{role_id}",
        Caller(&["roles:write"]),
        "200 400 401 403 404 409 413 415 422 429 500 503",
    ),
    (
        "delete_role",
        "delete",
        "/api/v1/roles/{role_id}",
        Caller(&["roles:write"]),
        "204 400 401 403 404 409 422 429 500 503",
    ),
    ("list_permissions", "get", "/api/v1/permissions", Caller(&["roles:read"]), "200 401 403 429 500 503"),
    (
        "restore_user",
        "post",
        "/api/v1/users/{user_id}/restore",
        Caller(&["users:write"]),
        "200 401 403 404 409 422 429 500 503",
    ),
    ("list_items", "get", "/api/v1/items", Caller(&["items:read"]), "200 401 403 422 429 500 503"),
    ("create_item", "post", "/api/v1/items", Caller(&["items:write"]), "201 400 401 403 409 413 415 422 429 500 503"),
    ("read_item", "get", "/api/v1/items/{item_id}", Caller(&["items:read"]), "200 401 403 404 422 429 500 503"),
    (
        "update_item",
        "patch",
        "/api/v1/items/{item_id}",
        Caller(&["items:write"]),
        "200 400 401 403 404 409 413 415 422 429 500 503",
    ),
    (
        "delete_item",
        "delete",
        "/api/v1/items/{item_id}",
        Caller(&["items:write"]),
        "204 401 403 404 409 422 429 500 503",
    ),
    ("read_root", "get", "/", Public, "200 429 500"),
    ("read_health", "get", "/health", Public, "200 500 503"),
    ("read_liveness", "get", "/health/live", Public, "200 500"),
    ("read_readiness", "get", "/health/ready", Public, "200 500 503"),
    ("read_jwks", "get", "/.well-known/jwks.json", Public, "200 429 500"),
    ("read_startup", "get", "/health/startup", Public, "200 500 503"),
];

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
        })
        .collect()
}

#[fastrail::test]
async fn each_operation_has_its_name_its_permissions_and_its_statuses() {
    let api = TestApi::new().await;
    let found = operations(api.client.openapi());
    assert_eq!(found.len(), OPERATIONS.len());
    for (name, method, path, policy, statuses) in OPERATIONS {
        let (.., operation) = found.iter().find(|(m, p, _)| m == method && p == path).unwrap();
        assert_eq!(operation["operationId"], *name);
        let security = match policy {
            Public => Value::Null,
            Caller(scopes) => {
                json!([{ "AccessToken": scopes }, { "ApiKeyHeader": scopes }, { "SessionCookie": scopes }])
            }
            Person => json!([{ "AccessToken": [] }, { "SessionCookie": [] }]),
        };
        assert_eq!(operation["security"], security, "{name}");
        let documented: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(documented.join(" "), *statuses, "{name}");
    }
}

#[fastrail::test]
async fn the_scheme_is_the_password_flow_with_every_permission_explained() {
    let api = TestApi::new().await;
    let schemes = &api.client.openapi()["components"]["securitySchemes"];
    let scheme = &schemes["AccessToken"];
    assert_eq!(scheme["type"], "oauth2");
    let flow = &scheme["flows"]["password"];
    assert_eq!(flow["tokenUrl"], "/api/v1/auth/token");
    let scopes: Vec<&str> = flow["scopes"].as_object().unwrap().keys().map(String::as_str).collect();
    for (.., policy, _) in OPERATIONS {
        if let Caller(needed) = policy {
            assert!(needed.iter().all(|scope| scopes.contains(scope)), "{needed:?}");
        }
    }
    assert_eq!(
        (&schemes["ApiKeyHeader"]["in"], &schemes["ApiKeyHeader"]["name"]),
        (&json!("header"), &json!("X-API-Key"))
    );
    let cookie = &schemes["SessionCookie"];
    assert_eq!((&cookie["in"], &cookie["name"]), (&json!("cookie"), &json!("__Host-session")));
    assert_eq!(schemes.as_object().unwrap().len(), 3);
}

#[fastrail::test]
async fn each_operation_is_explained_and_each_error_has_an_example() {
    let api = TestApi::new().await;
    for (method, path, operation) in operations(api.client.openapi()) {
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.starts_with('2') {
                continue;
            }
            for (media_type, content) in response["content"].as_object().unwrap() {
                let wanted = if path.ends_with("/token") { "json" } else { "application/problem+json" };
                assert!(media_type.ends_with(wanted), "{method} {path} {status} {media_type}");
                assert!(content["examples"].as_object().is_some_and(|all| !all.is_empty()), "{method} {path} {status}");
            }
            if status == "401" {
                assert!(response["headers"]["WWW-Authenticate"].is_object(), "{method} {path}");
            }
            if status == "503" {
                assert!(response["headers"]["Retry-After"].is_object(), "{method} {path}");
            }
        }
    }
}

#[fastrail::test]
async fn what_comes_in_is_documented_as_it_is_checked() {
    let api = TestApi::new().await;
    let schemas = &api.client.openapi()["components"]["schemas"];
    for name in ["ItemUpdate", "ProfileUpdate", "UserUpdate"] {
        assert_eq!(schemas[name]["minProperties"], 1, "{name}");
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    let register = &schemas["RegisterIn"];
    assert_eq!(register["required"], json!(["email", "username", "password"]));
    let password = &register["properties"]["password"];
    assert_eq!((&password["minLength"], &password["maxLength"]), (&json!(8), &json!(128)));
    assert_eq!((&password["format"], &password["writeOnly"]), (&json!("password"), &json!(true)));
    let username = &register["properties"]["username"];
    assert_eq!((&username["minLength"], &username["maxLength"]), (&json!(3), &json!(20)));
    assert_eq!(schemas["ItemCreate"]["properties"]["price"]["type"], "string");
    for name in ["UserOut", "ItemOut"] {
        let fields: Vec<&String> = schemas[name]["properties"].as_object().unwrap().keys().collect();
        assert!(!fields.iter().any(|field| field.contains("password") || field.contains("version")), "{name}");
    }
}
