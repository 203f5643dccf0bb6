//! The contract that every answer keeps: the shape of errors, headers, `HEAD`, compression, the documentation pages.

use fastrail::testing::TestResponse;
use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, make_item};

const ME: &str = "/api/v1/users/me";

/// Fails unless the whole body is this, with the id of the request filled in.
fn assert_body(answer: &TestResponse, title: &str, detail: &str, instance: &str, code: &str) {
    answer.assert_problem(answer.status().as_u16(), code);
    answer.assert_json(json!({
        "type": "about:blank",
        "title": title,
        "status": answer.status().as_u16(),
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": answer.header("x-request-id"),
    }));
}

#[fastrail::test]
async fn every_kind_of_error_is_a_whole_problem() {
    let api = TestApi::with_settings(&[("SERVER__MAX_BODY_BYTES", "200")]).await;
    let (ada, admin) = (api.as_user("ada").await, api.as_admin().await);
    let empty = ada.patch(ME).json(json!({})).await;
    assert_body(&empty, "Bad Request", "Name at least one field to change", ME, "nothing_to_change");
    let stranger = api.client.get(ME).await;
    assert_body(&stranger, "Unauthorized", "Not authenticated", ME, "not_authenticated");
    let forged = api.client.with_bearer("x").get(ME).await;
    assert_body(&forged, "Unauthorized", "The credential does not count", ME, "token_invalid");
    let forbidden = ada.get("/api/v1/users").await;
    assert_body(&forbidden, "Forbidden", "You lack the permission for this", "/api/v1/users", "forbidden");
    forbidden.assert_header("www-authenticate", r#"Bearer error="insufficient_scope", scope="users:read""#);
    let path = format!("/api/v1/users/{}", super::NOBODY);
    let unknown = admin.get(&path).await;
    assert_body(&unknown, "Not Found", "There is no such user", &path, "user_not_found");
    let nowhere = api.client.get("/api/v2/users?page=1").await;
    assert_body(&nowhere, "Not Found", "Not Found", "/api/v2/users", "not_found");
    let method = api.client.put("/api/v1/items").await;
    assert_body(&method, "Method Not Allowed", "Method Not Allowed", "/api/v1/items", "method_not_allowed");
    method.assert_header("allow", "GET, HEAD, POST");
    let taken = ada.patch(ME).json(json!({ "username": "admin" })).await;
    assert_body(&taken, "Conflict", "The username is taken", ME, "username_taken");
    let large = ada.patch(ME).json(json!({ "full_name": "x".repeat(300) })).await;
    let detail = "The body may have at most 200 bytes";
    assert_body(&large, "Payload Too Large", detail, ME, "body_too_large");
    let media = ada.patch(ME).body("text/plain", "{}").await;
    let detail = "The body must be JSON: send `Content-Type: application/json`";
    assert_body(&media, "Unsupported Media Type", detail, ME, "unsupported_media_type");
}

#[fastrail::test]
async fn a_validation_problem_says_where_and_what_and_echoes_nothing() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    let path = "/api/v1/items/x";
    let answer = ada.patch(path).json(json!({ "name": "", "tags": ["a", 1], "colour": "red" })).await;
    answer.assert_status(422).assert_json(json!({
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "The request does not fit what this operation takes; see the errors",
        "instance": path,
        "code": "validation_failed",
        "request_id": answer.header("x-request-id"),
        "errors": [
            {
                "location": "path.item_id",
                "code": "uuid_parsing",
                "detail": answer.at("/errors/0/detail"),
            },
            { "pointer": "/name", "code": "string_too_short", "detail": "String should have at least 1 character" },
            { "pointer": "/tags/1", "code": "string_type", "detail": "Input should be a valid string" },
            { "pointer": "/colour", "code": "extra_forbidden", "detail": "Extra inputs are not permitted" },
        ],
    }));
}

#[fastrail::test]
async fn a_fault_of_ours_shows_nothing_of_the_inside() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    api.execute("ALTER TABLE items RENAME TO items_away").await;
    let answer = ada.get("/api/v1/items").await;
    answer.assert_status(500);
    assert_body(&answer, "Internal Server Error", "Internal Server Error", "/api/v1/items", "internal_error");
    let answer = ada.post("/api/v1/items").json(json!({ "name": "Fork", "price": "1" })).await;
    answer.assert_status(500);
    assert!(!answer.text().contains("items_away") && !answer.text().contains("no such table"), "{answer:?}");
}

#[fastrail::test]
async fn the_id_of_a_request_is_the_clients_when_it_is_harmless() {
    let api = TestApi::new().await;
    let given = api.client.get(ME).header("x-request-id", "abc-123").await;
    given.assert_header("x-request-id", "abc-123");
    assert_eq!(given.assert_problem(401, "not_authenticated")["request_id"], "abc-123");
    for harmful in ["a b", &"x".repeat(129)] {
        let made = api.client.get("/health/live").header("x-request-id", harmful).await;
        let id: uuid::Uuid = made.assert_status(200).header("x-request-id").unwrap().parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
    }
}

#[fastrail::test]
async fn every_answer_of_the_api_has_the_security_headers() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    for answer in [
        api.client.get("/").await,
        api.client.get("/nowhere").await,
        api.client.get(ME).await,
        api.client.delete("/").await,
        ada.get(ME).await,
        ada.get("/api/v1/items?page=0").await,
        api.client.get("/api/openapi.json").await,
    ] {
        answer
            .assert_header("x-content-type-options", "nosniff")
            .assert_header("x-frame-options", "DENY")
            .assert_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
            .assert_header("referrer-policy", "no-referrer");
        assert!(answer.header("cache-control").is_some(), "{answer:?}");
        for absent in ["x-xss-protection", "server", "x-powered-by", "access-control-allow-origin", "set-cookie"] {
            assert_eq!(answer.header(absent), None, "{absent}\n{answer:?}");
        }
    }
    ada.get(ME).await.assert_header("cache-control", "no-store");
}

#[fastrail::test]
async fn head_is_get_without_the_content() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    make_item(&ada, "Fork").await;
    for path in ["/", "/health", ME, "/api/v1/items"] {
        let get = ada.get(path).await;
        let head = ada.request(Method::HEAD, path).await;
        assert!(head.assert_status(200).bytes().is_empty(), "{path}");
        assert_eq!(head.header("content-length"), Some(get.bytes().len().to_string().as_str()), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    api.client.request(Method::HEAD, ME).await.assert_status(401);
    api.client.request(Method::HEAD, "/api/v1/auth/token").await.assert_status(405);
}

#[fastrail::test]
async fn long_answers_are_compressed_for_those_who_can_read_it() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    for _ in 0..10 {
        make_item(&ada, "Fork").await;
    }
    let plain = ada.get("/api/v1/items").await;
    assert_eq!(plain.assert_status(200).header("content-encoding"), None);
    for (accepted, encoding) in [("gzip", "gzip"), ("br", "br"), ("gzip, br", "br")] {
        let packed = ada.unchecked().get("/api/v1/items").header("accept-encoding", accepted).await;
        packed.assert_status(200).assert_header("content-encoding", encoding);
        assert!(packed.bytes().len() < plain.bytes().len());
        assert!(packed.header("vary").is_some_and(|vary| vary.to_lowercase().contains("accept-encoding")));
    }
    let short = ada.get(ME).header("accept-encoding", "gzip").await;
    assert_eq!(short.header("content-encoding"), None);
}

#[fastrail::test]
async fn the_scheme_of_a_token_has_no_case_and_other_schemes_are_none() {
    let api = TestApi::new().await;
    let token = api.token_of("ada").await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let client = api.client.with_header("authorization", &format!("{scheme} {token}"));
        client.get(ME).await.assert_status(200);
    }
    for value in [format!("Basic {token}"), token.clone(), format!("Bearer {token} x"), format!("Bearer  x{token}")] {
        api.client.with_header("authorization", &value).get(ME).await.assert_status(401);
    }
    api.client.get(&format!("{ME}?access_token={token}")).await.assert_status(401);
}

#[fastrail::test]
async fn a_slash_too_many_is_another_path() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    for path in ["/api/v1/items/", "/api/v1/users/me/", "//", "/health/", "/api/v1//items"] {
        ada.get(path).await.assert_problem(404, "not_found");
    }
}

#[fastrail::test]
async fn the_documentation_is_served_from_the_binary() {
    let api = TestApi::new().await;
    for path in ["/api/docs", "/api/redoc", "/api/scalar"] {
        let page = api.client.get(path).await;
        assert!(page.assert_status(200).header("content-type").unwrap().starts_with("text/html"), "{page:?}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        for elsewhere in ["https://cdn", "unpkg", "jsdelivr", "googleapis"] {
            assert!(!page.text().contains(elsewhere), "{path} loads from {elsewhere}");
        }
    }
    let document = api.client.get("/api/openapi.json").await;
    document.assert_status(200).assert_header("content-type", "application/json");
    assert_eq!(document.json::<Value>(), *api.client.openapi());
}

#[fastrail::test]
async fn production_serves_no_documentation_unless_asked() {
    let production = ("ENVIRONMENT", "production");
    let api = TestApi::with_settings(&[production]).await;
    for path in ["/api/docs", "/api/redoc", "/api/scalar", "/api/openapi.json", "/docs", "/openapi.json"] {
        api.client.get(path).await.assert_problem(404, "not_found");
    }
    assert_eq!(api.client.get("/").await.at("/docs"), Value::Null);
    api.as_user("ada").await.get(ME).await.assert_status(200);
    let api = TestApi::with_settings(&[production, ("DOCS_ENABLED", "true")]).await;
    for path in ["/api/docs", "/api/redoc", "/api/scalar", "/api/openapi.json"] {
        api.client.get(path).await.assert_status(200);
    }
}
