//! API keys, over HTTP.

use chrono::TimeDelta;
use fastrail::testing::TestClient;
use serde_json::{Value, json};

use super::{NOBODY, assert_needs_a_token};
use crate::support::{Answer, TestApi, make_item};

const KEYS: &str = "/api/v1/api-keys";
const ME: &str = "/api/v1/users/me";

/// Makes a key and returns the answer.
async fn make(client: &TestClient, scopes: Value) -> Value {
    client.post(KEYS).json(json!({ "name": "robot", "scopes": scopes })).await.assert_status(201).json()
}

fn with_key(api: &TestApi, made: &Value) -> TestClient {
    api.client.with_header("x-api-key", made["key"].as_str().unwrap())
}

fn path(made: &Value) -> String {
    format!("{KEYS}/{}", made["api_key"]["id"].as_str().unwrap())
}

mod create_api_key {
    use super::*;

    #[fastrail::test]
    async fn the_key_is_shown_once_and_may_what_its_scopes_name() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let item = make_item(&ada, "Fork").await;
        let made =
            ada.post(KEYS).json(json!({ "name": " robot ", "scopes": ["items:read"], "expires_in_days": 90 })).await;
        let location = made.assert_status(201).header("location").unwrap().to_owned();
        let made: Value = made.json();
        assert_eq!(location, path(&made));
        let text = made["key"].as_str().unwrap();
        assert!(text.starts_with("frk_") && text.len() == 41, "{text}");
        assert_eq!(made["api_key"]["prefix"], text[..8]);
        assert_eq!(made["api_key"]["last_four"], text[37..]);
        assert_eq!(made["api_key"]["name"], "robot");
        assert_eq!(made["api_key"]["expires_at"], "2027-02-19T12:00:00Z");
        assert!(!ada.get(KEYS).await.text().contains(text));

        let robot = with_key(&api, &made);
        assert_eq!(robot.get(ME).await.assert_status(200).at("/username"), "ada");
        let items = format!("/api/v1/items/{}", item["id"].as_str().unwrap());
        robot.get(&items).await.assert_status(200);
        robot.delete(&items).await.assert_problem(403, "forbidden");
        api.test.clock.advance(TimeDelta::days(90));
        robot.get(ME).await.assert_problem(401, "token_invalid");
    }

    #[fastrail::test]
    async fn nobody_gives_a_key_more_than_they_have_and_what_they_lose_it_loses() {
        let api = TestApi::new().await;
        let (ada, admin) = (api.as_user("ada").await, api.as_admin().await);
        for scopes in [json!(["users:read"]), json!(["items:read", "nothing:known"])] {
            let refused = ada.post(KEYS).json(json!({ "name": "robot", "scopes": scopes })).await;
            refused.assert_problem(403, "permission_not_held");
        }
        let robot = with_key(&api, &make(&admin, json!(["users:read"])).await);
        robot.get("/api/v1/users").await.assert_status(200);
        robot.get("/api/v1/items").await.assert_problem(403, "forbidden");
        api.execute("DELETE FROM user_roles").await;
        robot.get("/api/v1/users").await.assert_problem(403, "forbidden");
        let robot = with_key(&api, &make(&ada, json!([])).await);
        robot.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn a_key_never_manages_keys_logins_or_the_account() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let every = json!(["users:read", "users:write", "items:read", "items:write"]);
        let made = make(&admin, every).await;
        let robot = with_key(&api, &made);
        for (method, path) in [
            ("GET", KEYS.to_owned()),
            ("POST", KEYS.to_owned()),
            ("DELETE", path(&made)),
            ("POST", format!("{}/rotate", path(&made))),
            ("GET", "/api/v1/auth/sessions".to_owned()),
            ("DELETE", format!("/api/v1/auth/sessions/{NOBODY}")),
            ("POST", "/api/v1/auth/logout".to_owned()),
            ("POST", "/api/v1/auth/logout-all".to_owned()),
            ("POST", "/api/v1/auth/password/change".to_owned()),
            ("PATCH", ME.to_owned()),
            ("DELETE", ME.to_owned()),
        ] {
            crate::routers::ask(&robot, method, &path).await.assert_problem(401, "login_required");
        }
        robot.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn what_is_wrong_is_told_and_there_is_a_bound() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "POST", KEYS).await;
        let ada = api.as_user("ada").await;
        let empty = ada.post(KEYS).json(json!({})).await;
        empty.assert_invalid(&[("/name", "missing"), ("/scopes", "missing")]);
        let wrong = json!({ "name": "", "scopes": ["items"], "expires_in_days": 0, "user_id": NOBODY });
        ada.post(KEYS).json(wrong).await.assert_invalid(&[
            ("/name", "string_too_short"),
            ("/scopes/0", "string_pattern_mismatch"),
            ("/expires_in_days", "greater_than_equal"),
            ("/user_id", "extra_forbidden"),
        ]);
        for _ in 0..50 {
            make(&ada, json!([])).await;
        }
        let one_more = ada.post(KEYS).json(json!({ "name": "robot", "scopes": [] })).await;
        one_more.assert_problem(409, "too_many_api_keys");
    }

    #[fastrail::test]
    async fn what_is_no_key_is_refused_alike() {
        let api = TestApi::new().await;
        let made = make(&api.as_user("ada").await, json!([])).await;
        let text = made["key"].as_str().unwrap();
        let mistyped = text.replacen(&text[10..11], if &text[10..11] == "a" { "b" } else { "a" }, 1);
        for key in ["x", "frk_", &mistyped, &text[..40], &text.to_uppercase()] {
            api.client.with_header("x-api-key", key).get(ME).await.assert_problem(401, "token_invalid");
        }
        // An empty header is none, and a token goes before a key.
        api.client.with_header("x-api-key", "").get(ME).await.assert_problem(401, "not_authenticated");
        let both = api.as_user("bob").await.with_header("x-api-key", text);
        assert_eq!(both.get(ME).await.assert_status(200).at("/username"), "bob");
    }
}

mod list_api_keys {
    use super::*;

    #[fastrail::test]
    async fn the_callers_own_are_shown_with_their_last_use_to_the_minute() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        make(&api.as_user("bob").await, json!([])).await;
        let made = make(&ada, json!(["items:read"])).await;
        let last_used = || async { ada.get(KEYS).await.assert_status(200).at("/items/0/last_used_at") };
        assert_eq!(last_used().await, Value::Null);
        let robot = with_key(&api, &made);
        for (seconds, expected) in [(0, "12:00:00"), (59, "12:00:00"), (1, "12:01:00"), (90, "12:02:30")] {
            api.test.clock.advance(TimeDelta::seconds(seconds));
            robot.get(ME).await.assert_status(200);
            assert_eq!(last_used().await, format!("2026-11-21T{expected}Z"));
        }
        let page: Value = ada.get(KEYS).await.json();
        assert_eq!((&page["total"], &page["items"][0]["scopes"]), (&json!(1), &json!(["items:read"])));
        assert_needs_a_token(&api.client, "GET", KEYS).await;
    }
}

mod delete_api_key {
    use super::*;

    #[fastrail::test]
    async fn it_is_dead_at_once_and_anothers_is_not_found() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        let made = make(&ada, json!([])).await;
        bob.delete(&path(&made)).await.assert_problem(404, "api_key_not_found");
        ada.delete(&format!("{KEYS}/x")).await.assert_invalid(&[("path.api_key_id", "uuid_parsing")]);
        with_key(&api, &made).get(ME).await.assert_status(200);
        ada.delete(&path(&made)).await.assert_status(204);
        with_key(&api, &made).get(ME).await.assert_problem(401, "token_invalid");
        ada.delete(&path(&made)).await.assert_problem(404, "api_key_not_found");
        assert_eq!(ada.get(KEYS).await.at("/total"), 0);
        assert_needs_a_token(&api.client, "DELETE", &path(&made)).await;
    }

    #[fastrail::test]
    async fn keys_of_a_deactivated_user_are_dead_at_once() {
        let api = TestApi::new().await;
        let made = make(&api.as_user("ada").await, json!([])).await;
        let user = format!("/api/v1/users/{}", api.id_of("ada").await);
        api.as_admin().await.patch(&user).json(json!({ "is_active": false })).await.assert_status(200);
        with_key(&api, &made).get(ME).await.assert_problem(401, "token_invalid");
    }
}

mod rotate_api_key {
    use super::*;

    #[fastrail::test]
    async fn the_new_text_counts_and_the_old_one_is_dead_or_counts_for_the_overlap() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let first = make(&ada, json!(["items:read"])).await;
        let rotate = format!("{}/rotate", path(&first));
        let second: Value = ada.post(&rotate).json(json!({})).await.assert_status(200).json();
        assert_eq!(second["api_key"]["id"], first["api_key"]["id"]);
        assert_eq!(second["api_key"]["scopes"], first["api_key"]["scopes"]);
        with_key(&api, &first).get(ME).await.assert_problem(401, "token_invalid");
        with_key(&api, &second).get("/api/v1/items").await.assert_status(200);

        let third = ada.post(&rotate).json(json!({ "overlap_seconds": 3600 })).await;
        let third: Value = third.assert_status(200).json();
        for key in [&second, &third] {
            with_key(&api, key).get("/api/v1/items").await.assert_status(200);
        }
        api.test.clock.advance(TimeDelta::seconds(3600));
        with_key(&api, &second).get(ME).await.assert_problem(401, "token_invalid");
        with_key(&api, &third).get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn anothers_is_not_found_and_a_wrong_overlap_is_422() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        let rotate = format!("{}/rotate", path(&make(&ada, json!([])).await));
        bob.post(&rotate).json(json!({})).await.assert_problem(404, "api_key_not_found");
        let long = ada.post(&rotate).json(json!({ "overlap_seconds": 604801 })).await;
        long.assert_invalid(&[("/overlap_seconds", "less_than_equal")]);
        assert_needs_a_token(&api.client, "POST", &rotate).await;
    }
}
