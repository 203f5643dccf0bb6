//! How often who may call.

use serde_json::json;

use crate::support::TestApi;

const LIMITS: [(&str, &str); 3] =
    [("RATE_LIMIT__ENABLED", "true"), ("RATE_LIMIT__DEFAULT", "3/minute"), ("RATE_LIMIT__AUTH", "2/minute")];

#[tokio::test]
async fn each_user_has_a_limit_and_each_answer_says_how_it_stands() {
    let api = TestApi::with_settings(&[LIMITS[0], LIMITS[1]]).await;
    let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
    for left in ["2", "1", "0"] {
        let answer = ada.get("/api/v1/users/me").await;
        answer.assert_status(200);
        answer.assert_header("ratelimit-policy", "\"default\";q=3;w=60");
        let state = answer.headers()["ratelimit"].to_str().unwrap().to_owned();
        assert!(state.starts_with(&format!("\"default\";r={left};t=")), "{state}");
    }
    let refused = ada.get("/api/v1/items").await;
    refused.assert_status(429);
    assert_eq!(refused.json::<serde_json::Value>()["code"], "rate_limit_exceeded");
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=120).contains(&wait), "{wait}");
    // Another user of the same address is not concerned; neither are probes.
    bob.get("/api/v1/users/me").await.assert_status(200);
    for _ in 0..5 {
        api.client.get("/health/ready").await.assert_status(200);
    }
}

#[tokio::test]
async fn who_is_not_known_is_counted_by_address() {
    let api = TestApi::with_settings(&[LIMITS[0], LIMITS[1]]).await;
    for _ in 0..2 {
        api.client.with_bearer("made up").get("/api/v1/users/me").await.assert_status(401);
    }
    api.client.get("/").await.assert_status(200);
    api.client.with_bearer("another one").get("/api/v1/users/me").await.assert_status(429);
    api.client.get("/.well-known/jwks.json").await.assert_status(429);
}

#[tokio::test]
async fn entrances_have_a_limit_of_their_own() {
    let api = TestApi::with_settings(&[LIMITS[0], LIMITS[2]]).await;
    let form = [("grant_type", "password"), ("username", "nobody"), ("password", "wrong wrong")];
    api.client.post("/api/v1/auth/token").form(form).await.assert_status(400);
    let login = json!({ "username": "nobody", "password": "wrong wrong" });
    api.client.post("/api/v1/auth/login").json(login).await.assert_status(401);
    let refused = api.client.post("/api/v1/auth/token").form(form).await;
    refused.assert_status(429);
    assert!(refused.headers().contains_key("retry-after"));
    api.client.post("/api/v1/auth/register").json(json!({})).await.assert_status(429);
}

#[tokio::test]
async fn pages_of_listed_origins_may_read_how_it_stands() {
    let api = TestApi::with_settings(&[("CORS__ALLOW_ORIGINS", "https://app.example.com")]).await;
    let answer = api.client.get("/health").header("origin", "https://app.example.com").await;
    answer.assert_header("access-control-allow-origin", "https://app.example.com");
    assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("ratelimit"));
    assert!(answer.headers().get("access-control-allow-credentials").is_none());
    let other = api.client.get("/health").header("origin", "https://evil.example.com").await;
    assert!(other.headers().get("access-control-allow-origin").is_none());
}
