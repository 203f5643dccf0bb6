//! Logins, over HTTP: how long tokens count (expiry, rotation, reuse, grace), and one's own logins.

use chrono::TimeDelta;
use fastrail::testing::TestClient;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, TestApi, password_grant, refresh_grant};

const ME: &str = "/api/v1/users/me";

async fn login(api: &TestApi) -> Value {
    password_grant(&api.client, "root@example.com", PASSWORD).await.assert_status(200).json()
}

fn access(api: &TestApi, pair: &Value) -> TestClient {
    api.client.with_bearer(pair["access_token"].as_str().unwrap())
}

async fn refresh(api: &TestApi, pair: &Value) -> Value {
    refresh_grant(&api.client, pair["refresh_token"].as_str().unwrap()).await.assert_status(200).json()
}

async fn assert_refused(api: &TestApi, pair: &Value) {
    let answer = refresh_grant(&api.client, pair["refresh_token"].as_str().unwrap()).await;
    answer.assert_oauth(400, "invalid_grant");
    answer.assert_json(json!({ "error": "invalid_grant", "error_description": "The credentials do not count" }));
}

#[fastrail::test]
async fn an_access_token_counts_until_it_expires() {
    let api = TestApi::new().await;
    let pair = login(&api).await;
    let admin = access(&api, &pair);
    api.test.clock.advance(TimeDelta::seconds(899));
    admin.get(ME).await.assert_status(200);
    api.test.clock.advance(TimeDelta::seconds(6)); // with the leeway of 5 s
    admin.get(ME).await.assert_problem(401, "token_invalid");
    access(&api, &refresh(&api, &pair).await).get(ME).await.assert_status(200);
}

#[fastrail::test]
async fn each_refresh_gives_new_tokens_of_the_same_login() {
    let api = TestApi::new().await;
    let mut pair = login(&api).await;
    let mut seen = vec![pair["refresh_token"].clone()];
    for _ in 0..3 {
        api.test.clock.advance(TimeDelta::seconds(60));
        pair = refresh(&api, &pair).await;
        assert!(!seen.contains(&pair["refresh_token"]));
        seen.push(pair["refresh_token"].clone());
        access(&api, &pair).get(ME).await.assert_status(200);
    }
    assert_eq!(api.count("sessions").await, 1);
}

#[fastrail::test]
async fn two_tabs_that_refresh_together_get_the_same_successor() {
    let api = TestApi::new().await;
    let pair = login(&api).await;
    let first = refresh(&api, &pair).await;
    api.test.clock.advance(TimeDelta::seconds(10));
    let second = refresh(&api, &pair).await;
    assert_eq!(first["refresh_token"], second["refresh_token"]);
    for tab in [&first, &second] {
        access(&api, tab).get(ME).await.assert_status(200);
    }
    api.test.clock.advance(TimeDelta::seconds(60));
    refresh(&api, &second).await;
}

#[fastrail::test]
async fn a_token_used_again_later_ends_the_whole_login() {
    let api = TestApi::new().await;
    let pair = login(&api).await;
    let next = refresh(&api, &pair).await;
    let other = login(&api).await;
    api.test.clock.advance(TimeDelta::seconds(11));
    assert_refused(&api, &pair).await;
    assert_refused(&api, &next).await;
    access(&api, &next).get(ME).await.assert_problem(401, "token_invalid");
    access(&api, &other).get(ME).await.assert_status(200);
}

#[fastrail::test]
async fn a_login_that_is_not_used_ends() {
    let api = TestApi::new().await;
    let pair = login(&api).await;
    api.test.clock.advance(TimeDelta::days(29));
    let next = refresh(&api, &pair).await;
    api.test.clock.advance(TimeDelta::days(29));
    let last = refresh(&api, &next).await;
    api.test.clock.advance(TimeDelta::days(30));
    assert_refused(&api, &last).await;
}

#[fastrail::test]
async fn what_is_no_refresh_token_is_refused_alike() {
    let api = TestApi::new().await;
    let pair = login(&api).await;
    for token in ["x", "ä", pair["access_token"].as_str().unwrap(), &"x".repeat(10_000)] {
        assert_refused(&api, &json!({ "refresh_token": token })).await;
    }
    api.client.with_bearer(pair["refresh_token"].as_str().unwrap()).get(ME).await.assert_problem(401, "token_invalid");
    access(&api, &pair).get(ME).await.assert_status(200);
}

#[fastrail::test]
async fn a_role_that_is_taken_counts_at_once() {
    let api = TestApi::new().await;
    let admin = access(&api, &login(&api).await);
    admin.get("/api/v1/users").await.assert_status(200);
    api.execute("DELETE FROM user_roles").await;
    admin.get("/api/v1/users").await.assert_problem(403, "forbidden");
    admin.get(ME).await.assert_status(200);
}

const SESSIONS: &str = "/api/v1/auth/sessions";

mod list_sessions {
    use super::*;

    #[fastrail::test]
    async fn the_callers_own_are_shown_the_last_used_first() {
        let api = TestApi::new().await;
        let first = login(&api).await;
        api.as_user("bob").await;
        api.test.clock.advance(TimeDelta::seconds(60));
        let body = json!({ "username": "root@example.com", "password": PASSWORD });
        let browser = api.client.post("/api/v1/auth/login").header("user-agent", "Browser/1.0").json(body).await;
        let browser: Value = browser.assert_status(200).json();
        let page: Value = access(&api, &first).get(SESSIONS).await.assert_status(200).json();
        assert_eq!(page["total"], 2);
        let shown = |index: usize, field: &str| page["items"][index][field].clone();
        assert_eq!(shown(0, "id"), browser["id"]);
        assert_eq!((shown(0, "kind"), shown(0, "is_current")), (json!("cookie"), json!(false)));
        assert_eq!(shown(0, "user_agent"), "Browser/1.0");
        assert_eq!((shown(1, "kind"), shown(1, "is_current")), (json!("token"), json!(true)));
        assert!(!page.to_string().contains("hash"));
        let last = access(&api, &first).get(&format!("{SESSIONS}?page=2&page_size=1")).await;
        assert_eq!(last.assert_status(200).at("/items/0/is_current"), true);
        access(&api, &first).get(&format!("{SESSIONS}?page=0")).await.assert_status(422);
    }

    #[fastrail::test]
    async fn where_each_came_from_is_shown_as_far_as_trusted_proxies_tell() {
        let api = TestApi::with_settings(&[("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
        for (peer, forwarded, expected) in [
            ("192.0.2.7:1", None, "192.0.2.7"),
            ("192.0.2.8:1", Some("203.0.113.9"), "192.0.2.8"),
            ("10.0.0.1:1", Some("6.6.6.6, 203.0.113.9"), "203.0.113.9"),
            ("10.0.0.1:1", Some("2001:db8::1"), "2001:db8:0:0::/64"),
        ] {
            api.test.clock.advance(TimeDelta::seconds(1));
            let client = api.client.with_peer(peer.parse().unwrap());
            let client = forwarded.map_or(client.clone(), |hops| client.with_header("x-forwarded-for", hops));
            let pair: Value = password_grant(&client, "root@example.com", PASSWORD).await.assert_status(200).json();
            assert_eq!(access(&api, &pair).get(SESSIONS).await.at("/items/0/address"), expected);
        }
    }

    #[fastrail::test]
    async fn ended_and_expired_ones_are_not_shown() {
        let api = TestApi::new().await;
        let (first, second) = (login(&api).await, login(&api).await);
        access(&api, &second).post("/api/v1/auth/logout").await.assert_status(204);
        assert_eq!(access(&api, &first).get(SESSIONS).await.at("/total"), 1);
        api.test.clock.advance(TimeDelta::days(29));
        let pair = refresh(&api, &first).await;
        login(&api).await;
        api.test.clock.advance(TimeDelta::days(2));
        let pair = refresh(&api, &pair).await;
        assert_eq!(access(&api, &pair).get(SESSIONS).await.at("/total"), 2);
    }

    #[fastrail::test]
    async fn it_needs_a_login() {
        let api = TestApi::new().await;
        crate::routers::assert_needs_a_token(&api.client, "GET", SESSIONS).await;
    }
}

mod end_session {
    use super::*;

    async fn id_of(api: &TestApi, pair: &Value) -> String {
        let page: Value = access(api, pair).get(SESSIONS).await.json();
        let current = page["items"].as_array().unwrap().iter().find(|login| login["is_current"] == true).unwrap();
        format!("{SESSIONS}/{}", current["id"].as_str().unwrap())
    }

    #[fastrail::test]
    async fn one_ends_and_the_others_live() {
        let api = TestApi::new().await;
        let (here, lost) = (login(&api).await, login(&api).await);
        let path = id_of(&api, &lost).await;
        access(&api, &here).delete(&path).await.assert_status(204);
        access(&api, &lost).get(ME).await.assert_problem(401, "token_invalid");
        assert_refused(&api, &lost).await;
        access(&api, &here).get(ME).await.assert_status(200);
        access(&api, &here).delete(&path).await.assert_problem(404, "session_not_found");
    }

    #[fastrail::test]
    async fn anothers_is_not_found() {
        let api = TestApi::new().await;
        let pair = login(&api).await;
        let bob = api.as_user("bob").await;
        bob.delete(&id_of(&api, &pair).await).await.assert_problem(404, "session_not_found");
        bob.delete(&format!("{SESSIONS}/x")).await.assert_invalid(&[("path.session_id", "uuid_parsing")]);
        access(&api, &pair).get(ME).await.assert_status(200);
        crate::routers::assert_needs_a_token(&api.client, "DELETE", &format!("{SESSIONS}/x")).await;
    }
}
