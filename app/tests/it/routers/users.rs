//! Users, over HTTP.

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

mod read_me {
    use super::*;

    #[fastrail::test]
    async fn it_is_the_caller_and_shows_no_secret() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        ada.get(ME).await.assert_status(200).assert_json(json!({
            "id": api.id_of("ada").await,
            "email": "ada@example.com",
            "username": "ada",
            "full_name": null,
            "is_active": true,
            "created_at": "2026-11-21T12:00:00Z",
            "updated_at": "2026-11-21T12:00:00Z",
        }));
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_no_permission() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "GET", ME).await;
        api.as_nobody().await.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn other_schemes_and_broken_headers_are_no_token() {
        let api = TestApi::new().await;
        for value in ["", "Bearer", "Bearer ", "Basic YWRhOnBhc3N3b3Jk", "Token x", "ada"] {
            let answer = api.client.with_header("authorization", value).get(ME).await;
            assert_eq!(answer.status(), 401, "{value}");
            answer.assert_header("www-authenticate", "Bearer");
        }
    }
}

mod update_me {
    use super::*;

    #[fastrail::test]
    async fn what_is_named_changes_and_the_rest_stays() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let mut me: Value = ada.get(ME).await.json();
        api.test.clock.advance(TimeDelta::seconds(1));
        me["updated_at"] = json!("2026-11-21T12:00:01Z");
        for (patch, field, value) in [
            (json!({ "full_name": " Ada Lovelace " }), "full_name", json!("Ada Lovelace")),
            (json!({ "email": "Ada@Lovelace.example" }), "email", json!("Ada@Lovelace.example")),
            (json!({ "username": "A.da" }), "username", json!("A.da")),
            (json!({ "full_name": null }), "full_name", Value::Null),
        ] {
            me[field] = value;
            ada.patch(ME).json(&patch).await.assert_status(200).assert_json(&me);
            ada.get(ME).await.assert_json(&me);
        }
    }

    #[fastrail::test]
    async fn nothing_to_change_is_400() {
        let api = TestApi::new().await;
        api.as_user("ada").await.patch(ME).json(json!({})).await.assert_problem(400, "nothing_to_change");
    }

    #[fastrail::test]
    async fn anothers_name_or_address_is_409_and_ones_own_is_not() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        api.as_user("bob").await;
        ada.patch(ME).json(json!({ "username": "BOB" })).await.assert_problem(409, "username_taken");
        ada.patch(ME).json(json!({ "email": "Bob@Example.com" })).await.assert_problem(409, "email_taken");
        ada.patch(ME).json(json!({ "username": "ADA" })).await.assert_status(200);
        assert_eq!(ada.get(ME).await.at("/email"), "ada@example.com");
    }

    #[fastrail::test]
    async fn null_unknown_and_wrong_fields_are_422() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = json!({ "email": null, "username": null });
        let answer = ada.patch(ME).json(body).await;
        answer.assert_invalid(&[("/email", "string_type"), ("/username", "string_type")]);
        let body = json!({ "email": "ada", "username": "a b", "full_name": "" });
        ada.patch(ME).json(body).await.assert_invalid(&[
            ("/email", "value_error"),
            ("/username", "string_pattern_mismatch"),
            ("/full_name", "string_too_short"),
        ]);
        for field in ["id", "is_active", "password", "password_hash", "version", "deleted_at", "roles"] {
            let answer = ada.patch(ME).json(json!({ field: true })).await;
            answer.assert_invalid(&[(format!("/{field}").as_str(), "extra_forbidden")]);
        }
    }

    #[fastrail::test]
    async fn another_media_type_is_415() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        ada.patch(ME).body("text/plain", "{}").await.assert_problem(415, "unsupported_media_type");
    }

    #[fastrail::test]
    async fn it_needs_a_token() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "PATCH", ME).await;
    }
}

mod delete_me {
    use super::*;

    #[fastrail::test]
    async fn the_account_is_gone_and_its_tokens_with_it() {
        let api = TestApi::new().await;
        let (ada, other_login) = (api.as_user("ada").await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        assert!(ada.delete(ME).await.assert_status(204).bytes().is_empty());
        for client in [ada, other_login] {
            client.get(ME).await.assert_problem(401, "token_invalid");
            client.delete(ME).await.assert_problem(401, "token_invalid");
        }
        api.as_admin().await.get(&path).await.assert_problem(404, "user_not_found");
    }

    #[fastrail::test]
    async fn the_last_administrator_stays() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        admin.delete(ME).await.assert_problem(409, "last_admin");
        admin.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_needs_a_token() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "DELETE", ME).await;
    }
}

mod list_users {
    use super::*;

    #[fastrail::test]
    async fn pages_have_bounds() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for name in ["ada", "bob", "cyd"] {
            api.as_user(name).await;
        }
        let page: Value = admin.get("/api/v1/users?sort=username&page_size=3").await.assert_status(200).json();
        assert_eq!(names(&page), ["ada", "admin", "bob"]);
        assert_eq!((&page["total"], &page["total_pages"], &page["page_size"]), (&json!(4), &json!(2), &json!(3)));
        let page: Value = admin.get("/api/v1/users?sort=username&page_size=3&page=2").await.json();
        assert_eq!(names(&page), ["cyd"]);
        let past = json!({ "items": [], "total": 4, "page": 9, "page_size": 50, "total_pages": 1 });
        admin.get("/api/v1/users?page=9").await.assert_status(200).assert_json(past);
        admin.get("/api/v1/users?page=0&page_size=101&is_active=perhaps&sort=age").await.assert_invalid(&[
            ("query.is_active", "bool_parsing"),
            ("query.sort", "string_pattern_mismatch"),
            ("query.page", "greater_than_equal"),
            ("query.page_size", "less_than_equal"),
        ]);
    }

    #[fastrail::test]
    async fn every_field_sorts_both_ways() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for (name, email) in [("ada", "z"), ("Bob", "y"), ("cyd", "x")] {
            api.as_user(name).await;
            let patch = json!({ "email": format!("{email}@example.com") });
            api.test.clock.advance(TimeDelta::seconds(1));
            admin.patch(&path_of(&api, name).await).json(patch).await.assert_status(200);
        }
        for (sort, order) in [
            ("username", ["ada", "admin", "Bob", "cyd"]),
            ("-username", ["cyd", "Bob", "admin", "ada"]),
            ("email", ["admin", "cyd", "Bob", "ada"]),
            ("-email", ["ada", "Bob", "cyd", "admin"]),
            ("updated_at,username", ["admin", "ada", "Bob", "cyd"]),
            ("-updated_at", ["cyd", "Bob", "ada", "admin"]),
            ("created_at,-username", ["cyd", "Bob", "admin", "ada"]),
            ("-created_at,username", ["ada", "admin", "Bob", "cyd"]),
        ] {
            let page: Value = admin.get(&format!("/api/v1/users?sort={sort}")).await.assert_status(200).json();
            assert_eq!(names(&page), order, "{sort}");
        }
        for sort in ["password_hash", "is_active", "", "username,", "username%20"] {
            let answer = admin.get(&format!("/api/v1/users?sort={sort}")).await;
            answer.assert_invalid(&[("query.sort", "string_pattern_mismatch")]);
        }
    }

    #[fastrail::test]
    async fn q_and_is_active_narrow_it_and_the_deleted_are_left_out() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for name in ["ada", "bob", "cy_d"] {
            api.as_user(name).await;
        }
        let bob = path_of(&api, "bob").await;
        admin.patch(&bob).json(json!({ "is_active": false, "full_name": "Robert Ada" })).await.assert_status(200);
        for (query, found) in [
            ("q=ADA", vec!["ada", "bob"]),
            ("q=_", vec!["cy_d"]),
            ("q=%25", vec![]),
            ("q=bob%40", vec!["bob"]),
            ("is_active=false", vec!["bob"]),
            ("is_active=true&q=ada", vec!["ada"]),
            ("is_active=1&q=b", vec![]),
        ] {
            let page: Value =
                admin.get(&format!("/api/v1/users?sort=username&{query}")).await.assert_status(200).json();
            assert_eq!(names(&page), found, "{query}");
        }
        admin.get("/api/v1/users?q=%00").await.assert_invalid(&[("query.q", "string_nul")]);
        admin.delete(&bob).await.assert_status(204);
        let page: Value = admin.get("/api/v1/users?q=ada").await.json();
        assert_eq!(names(&page), ["ada"]);
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "GET", "/api/v1/users?page=0").await;
    }
}

mod create_user {
    use super::*;

    #[fastrail::test]
    async fn it_is_made_and_can_log_in() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let mut body = new_user("Ada");
        body["full_name"] = json!("Ada Lovelace");
        let made = admin.post("/api/v1/users").json(body).await;
        let user: Value = made.assert_status(201).json();
        let location = made.header("location").unwrap();
        assert_eq!(location, format!("/api/v1/users/{}", user["id"].as_str().unwrap()));
        admin.get(location).await.assert_status(200).assert_json(&user);
        let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "email", "username", "full_name", "is_active", "created_at", "updated_at"]);
        assert_eq!(user["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
        let login = password_grant(&api.client, "ada", PASSWORD).await;
        assert_eq!(login.assert_status(200).at("/scope"), "items:read items:write");
    }

    #[fastrail::test]
    async fn one_who_is_not_active_cannot_log_in() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let mut body = new_user("ada");
        body["is_active"] = json!(false);
        let made = admin.post("/api/v1/users").json(body).await;
        assert_eq!(made.assert_status(201).at("/is_active"), false);
        password_grant(&api.client, "ada", PASSWORD).await.assert_oauth(400, "invalid_grant");
        let body = json!({ "email": "b@example.com", "username": "bob", "password": PASSWORD, "is_active": null });
        admin.post("/api/v1/users").json(body).await.assert_invalid(&[("/is_active", "bool_type")]);
    }

    #[fastrail::test]
    async fn taken_names_and_addresses_are_409_even_of_the_deleted() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        api.as_user("ada").await;
        for deleted in [false, true] {
            if deleted {
                admin.delete(&path_of(&api, "ada").await).await.assert_status(204);
            }
            let mut same_name = new_user("bob");
            same_name["username"] = json!("ADA");
            admin.post("/api/v1/users").json(same_name).await.assert_problem(409, "username_taken");
            let mut same_email = new_user("bob");
            same_email["email"] = json!("Ada@EXAMPLE.com");
            admin.post("/api/v1/users").json(same_email).await.assert_problem(409, "email_taken");
        }
        assert_eq!(api.count("users").await, 2);
    }

    #[fastrail::test]
    async fn every_error_is_told_at_once() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let body = json!({ "email": "x", "username": "ab", "password": "short", "full_name": "", "is_active": "no" });
        admin.post("/api/v1/users").json(body).await.assert_invalid(&[
            ("/email", "value_error"),
            ("/username", "string_too_short"),
            ("/password", "string_too_short"),
            ("/full_name", "string_too_short"),
            ("/is_active", "bool_type"),
        ]);
        admin.post("/api/v1/users").body("text/json", "{}").await.assert_problem(415, "unsupported_media_type");
    }

    #[fastrail::test]
    async fn what_the_server_decides_cannot_be_sent() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let mut body = new_user("ada");
        for (field, value) in [("id", json!(NOBODY)), ("version", json!(9)), ("roles", json!(["admin"]))] {
            body[field] = value;
        }
        let user: Value = admin.post("/api/v1/users").json(body).await.assert_status(201).json();
        assert_ne!(user["id"], NOBODY);
        let login = password_grant(&api.client, "ada", PASSWORD).await;
        assert_eq!(login.at("/scope"), "items:read items:write");
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "POST", "/api/v1/users").await;
    }
}

mod read_user {
    use super::*;

    #[fastrail::test]
    async fn administrators_read_everybody_and_others_nobody() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        let me: Value = ada.get(ME).await.json();
        admin.get(&path).await.assert_status(200).assert_json(&me);
        ada.get(&path).await.assert_problem(403, "forbidden");
        admin.delete(&path).await.assert_status(204);
        admin.get(&path).await.assert_problem(404, "user_not_found");
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "GET", "/api/v1/users/x").await;
        assert_needs_an_id(&api.as_admin().await, "GET", "", Value::Null).await;
    }
}

mod update_user {
    use super::*;

    #[fastrail::test]
    async fn a_deactivated_user_is_out_at_once_and_back_after_a_new_login() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        admin.post("/api/v1/users").json(new_user("ada")).await.assert_status(201);
        let pair: Value = password_grant(&api.client, "ada", PASSWORD).await.assert_status(200).json();
        let ada = api.client.with_bearer(pair["access_token"].as_str().unwrap());
        ada.get(ME).await.assert_status(200);
        let path = path_of(&api, "ada").await;
        let off = admin.patch(&path).json(json!({ "is_active": false })).await;
        assert_eq!(off.assert_status(200).at("/is_active"), false);
        ada.get(ME).await.assert_problem(401, "token_invalid");
        ada.get("/api/v1/items").await.assert_problem(401, "token_invalid");
        let refresh = pair["refresh_token"].as_str().unwrap();
        crate::support::refresh_grant(&api.client, refresh).await.assert_oauth(400, "invalid_grant");
        password_grant(&api.client, "ada", PASSWORD).await.assert_oauth(400, "invalid_grant");
        admin.get(&path).await.assert_status(200);

        admin.patch(&path).json(json!({ "is_active": true })).await.assert_status(200);
        ada.get(ME).await.assert_problem(401, "token_invalid");
        password_grant(&api.client, "ada", PASSWORD).await.assert_status(200);
    }

    #[fastrail::test]
    async fn a_full_name_is_kept_cleared_or_set() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        api.as_user("ada").await;
        let path = path_of(&api, "ada").await;
        for (patch, expected) in [
            (json!({ "full_name": "Ada" }), json!("Ada")),
            (json!({ "email": "a@example.com" }), json!("Ada")),
            (json!({ "full_name": null }), Value::Null),
        ] {
            let changed = admin.patch(&path).json(&patch).await;
            assert_eq!(changed.assert_status(200).at("/full_name"), expected, "{patch}");
            assert_eq!(admin.get(&path).await.at("/full_name"), expected, "{patch}");
        }
    }

    #[fastrail::test]
    async fn conflicts_and_the_last_administrator() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        api.as_user("ada").await;
        let path = path_of(&api, "ada").await;
        admin.patch(&path).json(json!({ "username": "Admin" })).await.assert_problem(409, "username_taken");
        admin.patch(&path).json(json!({ "email": "ROOT@example.com" })).await.assert_problem(409, "email_taken");
        let own = path_of(&api, "admin").await;
        admin.patch(&own).json(json!({ "is_active": false })).await.assert_problem(409, "last_admin");
        admin.get(&own).await.assert_status(200);
    }

    #[fastrail::test]
    async fn null_unknown_and_missing_fields() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        api.as_user("ada").await;
        let path = path_of(&api, "ada").await;
        admin.patch(&path).json(json!({})).await.assert_problem(400, "nothing_to_change");
        let body = json!({ "email": null, "username": null, "is_active": null });
        admin.patch(&path).json(body).await.assert_invalid(&[
            ("/email", "string_type"),
            ("/username", "string_type"),
            ("/is_active", "bool_type"),
        ]);
        for field in ["id", "password", "version", "deleted_at", "roles"] {
            let answer = admin.patch(&path).json(json!({ field: 1 })).await;
            answer.assert_invalid(&[(format!("/{field}").as_str(), "extra_forbidden")]);
        }
        admin.patch(&path).body("text/plain", "{}").await.assert_problem(415, "unsupported_media_type");
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "PATCH", "/api/v1/users/x").await;
        assert_needs_an_id(&api.as_admin().await, "PATCH", "", json!({ "full_name": "x" })).await;
    }
}

mod delete_user {
    use super::*;

    #[fastrail::test]
    async fn a_deleted_user_is_out_at_once_and_found_no_more() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        assert!(admin.delete(&path).await.assert_status(204).bytes().is_empty());
        ada.get(ME).await.assert_problem(401, "token_invalid");
        admin.get(&path).await.assert_problem(404, "user_not_found");
        admin.delete(&path).await.assert_problem(404, "user_not_found");
        admin.patch(&path).json(json!({ "full_name": "x" })).await.assert_problem(404, "user_not_found");
        assert_eq!(admin.get("/api/v1/users").await.at("/total"), 1);
        assert_eq!(api.count("users").await, 2);
    }

    #[fastrail::test]
    async fn the_last_administrator_stays_until_there_is_another() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let path = path_of(&api, "admin").await;
        admin.delete(&path).await.assert_problem(409, "last_admin");
        api.test.admin("ada").await;
        admin.delete(&path).await.assert_status(204);
        admin.get(ME).await.assert_problem(401, "token_invalid");
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "DELETE", "/api/v1/users/x").await;
        assert_needs_an_id(&api.as_admin().await, "DELETE", "", Value::Null).await;
    }
}

mod restore_user {
    use super::*;

    #[fastrail::test]
    async fn a_restored_user_is_back_with_everything_but_the_logins() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        crate::support::make_item(&ada, "Fork").await;
        let path = path_of(&api, "ada").await;
        let mut before: Value = admin.get(&path).await.json();
        admin.delete(&path).await.assert_status(204);
        api.test.clock.advance(TimeDelta::seconds(1));
        before["updated_at"] = json!("2026-11-21T12:00:01Z");
        let restored = admin.post(&format!("{path}/restore")).await;
        restored.assert_status(200).assert_json(&before);
        admin.get(&path).await.assert_status(200).assert_json(&before);
        ada.get(ME).await.assert_problem(401, "token_invalid");
        let again = api.as_user("ada").await;
        assert_eq!(again.get("/api/v1/items").await.at("/total"), 1);
    }

    #[fastrail::test]
    async fn one_who_is_not_deleted_stays_as_is() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        let before: Value = ada.get(ME).await.json();
        api.test.clock.advance(TimeDelta::seconds(1));
        admin.post(&format!("{path}/restore")).await.assert_status(200).assert_json(&before);
        ada.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "POST", "/api/v1/users/x/restore").await;
        assert_needs_an_id(&api.as_admin().await, "POST", "/restore", Value::Null).await;
    }
}

mod read_profile {
    use super::*;

    #[fastrail::test]
    async fn ones_own_is_shown_and_anothers_to_those_who_may_read_users() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = format!("{}/profile", path_of(&api, "ada").await);
        let profile = json!({
            "id": api.id_of("ada").await, "username": "ada", "email": "ada@example.com", "full_name": null,
            "is_active": true, "created_at": "2026-11-21T12:00:00Z",
        });
        ada.get(&path).await.assert_status(200).assert_json(&profile);
        api.as_admin().await.get(&path).await.assert_status(200).assert_json(&profile);
        api.as_user("bob").await.get(&path).await.assert_problem(404, "user_not_found");
        assert_needs_a_token(&api.client, "GET", &path).await;
        assert_needs_an_id(&api.as_admin().await, "GET", "/profile", json!({})).await;
    }
}

mod list_user_roles {
    use super::*;

    #[fastrail::test]
    async fn the_names_are_shown_to_those_who_may() {
        let api = TestApi::new().await;
        api.as_user("ada").await;
        let path = format!("{}/roles", path_of(&api, "ada").await);
        let admin = api.as_admin().await;
        admin.get(&path).await.assert_status(200).assert_json(json!({ "roles": ["user"] }));
        assert_needs_the_permission(&api, "GET", &path).await;
        assert_needs_an_id(&admin, "GET", "/roles", json!({})).await;
    }
}

mod set_user_roles {
    use super::*;

    async fn set(client: &TestClient, path: &str, roles: &[&str]) -> fastrail::testing::TestResponse {
        client.put(path).json(json!({ "roles": roles })).await
    }

    #[fastrail::test]
    async fn it_counts_from_the_next_request_on_both_ways() {
        let api = TestApi::new().await;
        let (ada, admin) = (api.as_user("ada").await, api.as_admin().await);
        let path = format!("{}/roles", path_of(&api, "ada").await);
        for (roles, status) in [(vec!["admin", "user"], 200), (vec!["user"], 403), (vec![], 403), (vec!["admin"], 200)]
        {
            set(&admin, &path, &roles).await.assert_status(200).assert_json(json!({ "roles": roles }));
            ada.get("/api/v1/users").await.assert_status(status);
        }
    }

    #[fastrail::test]
    async fn the_last_administrator_stays() {
        let api = TestApi::new().await;
        let (ada, admin) = (api.as_user("ada").await, api.as_admin().await);
        let root = format!("{}/roles", path_of(&api, "admin").await);
        set(&admin, &root, &["user"]).await.assert_problem(409, "last_admin");
        set(&admin, &format!("{}/roles", path_of(&api, "ada").await), &["admin"]).await.assert_status(200);
        set(&ada, &root, &["user"]).await.assert_status(200);
        set(&ada, &format!("{}/roles", path_of(&api, "ada").await), &[]).await.assert_problem(409, "last_admin");
        let me = path_of(&api, "ada").await;
        ada.patch(&me).json(json!({ "is_active": false })).await.assert_problem(409, "last_admin");
        ada.delete(ME).await.assert_problem(409, "last_admin");
    }

    #[fastrail::test]
    async fn nobody_gives_or_takes_what_they_lack_or_changes_who_may_more() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let role = json!({
            "name": "keeper", "description": "Of a test", "permissions": ["roles:write", "users:write", "users:read"],
        });
        admin.post("/api/v1/roles").json(role).await.assert_status(201);
        let (ada, root) = (api.as_user("ada").await, path_of(&api, "admin").await);
        let own = format!("{}/roles", path_of(&api, "ada").await);
        set(&admin, &own, &["keeper"]).await.assert_status(200);
        set(&ada, &own, &["keeper", "admin"]).await.assert_problem(403, "permission_not_held");
        set(&ada, &format!("{root}/roles"), &["user"]).await.assert_problem(403, "permission_not_held");
        for answer in [
            ada.patch(&root).json(json!({ "email": "mine@example.com" })).await,
            ada.delete(&root).await,
            ada.post(&format!("{root}/restore")).await,
        ] {
            answer.assert_problem(403, "permission_not_held");
        }
        assert_eq!(admin.get(&root).await.at("/email"), "root@example.com");
    }

    #[fastrail::test]
    async fn unknown_roles_and_users_are_told() {
        let api = TestApi::new().await;
        api.as_user("ada").await;
        let path = format!("{}/roles", path_of(&api, "ada").await);
        let admin = api.as_admin().await;
        set(&admin, &path, &["user", "wizard"]).await.assert_problem(409, "role_unknown");
        set(&admin, &path, &["User!"]).await.assert_invalid(&[("/roles/0", "string_pattern_mismatch")]);
        set(&admin, &format!("/api/v1/users/{NOBODY}/roles"), &[]).await.assert_problem(404, "user_not_found");
        assert_needs_the_permission(&api, "PUT", &path).await;
    }
}

mod list_users_by {
    use super::*;

    #[fastrail::test]
    async fn filters_narrow_the_list_together() {
        let api = TestApi::new().await;
        api.as_user("ada").await;
        api.test.clock.advance(TimeDelta::days(1));
        api.client.post("/api/v1/auth/register").json(new_user("bob")).await.assert_status(201);
        let admin = api.as_admin().await;
        admin.delete(&path_of(&api, "bob").await).await.assert_status(204);
        for (query, expected) in [
            ("role=user&sort=username", vec!["ada", "admin"]),
            ("role=admin", vec!["admin"]),
            ("role=wizard", vec![]),
            ("include_deleted=true&sort=username", vec!["ada", "admin", "bob"]),
            ("created_from=2026-11-22T12:00:00Z&include_deleted=true", vec!["bob"]),
            ("created_before=2026-11-22T12:00:00Z&q=ad&role=user&sort=-username", vec!["admin", "ada"]),
        ] {
            let page: Value = admin.get(&format!("/api/v1/users?{query}")).await.assert_status(200).json();
            assert_eq!(names(&page), expected, "{query}");
        }
        let page: Value = admin.get("/api/v1/users?include_deleted=true&q=bob").await.json();
        assert_eq!(page["items"][0]["deleted_at"], "2026-11-22T12:00:00Z");
        for (query, place, code) in [
            ("role=A", "query.role", "string_pattern_mismatch"),
            ("created_from=yesterday", "query.created_from", "datetime_from_date_parsing"),
            ("include_deleted=perhaps", "query.include_deleted", "bool_parsing"),
        ] {
            admin.get(&format!("/api/v1/users?{query}")).await.assert_invalid(&[(place, code)]);
        }
    }
}

mod export_users {
    use super::*;

    const EXPORT: &str = "/api/v1/users/export.csv";

    #[fastrail::test]
    async fn every_user_is_a_row_and_no_cell_is_a_formula() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        ada.patch(ME).json(json!({ "full_name": "=HYPERLINK(\"https://evil.example\")" })).await.assert_status(200);
        let minus = api.as_user("-minus").await;
        minus.delete(ME).await.assert_status(204);
        let admin = api.as_admin().await;
        let table = admin.get(EXPORT).await;
        table.assert_status(200).assert_header("content-type", "text/csv; charset=utf-8");
        table.assert_header("content-disposition", "attachment; filename=\"users.csv\"");
        let text = table.text().to_owned();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "id,username,email,full_name,is_active,created_at,updated_at,deleted_at");
        assert_eq!(lines.len(), 4, "{text}");
        let id = api.id_of("ada").await;
        let row = format!(
            "{id},ada,ada@example.com,\"'=HYPERLINK(\"\"https://evil.example\"\")\",true,2026-11-21T12:00:00Z,\
             2026-11-21T12:00:00Z,"
        );
        assert!(lines.contains(&row.as_str()), "{row}\n{text}");
        let all = admin.get(&format!("{EXPORT}?include_deleted=true")).await;
        assert!(all.text().contains("\"'-minus\"") && !all.text().contains("argon2"), "{}", all.text());
        let some = admin.get(&format!("{EXPORT}?q=ada&role=user")).await;
        assert_eq!(some.text().lines().count(), 2);
    }

    #[fastrail::test]
    async fn a_table_longer_than_a_batch_is_whole() {
        let api = TestApi::new().await;
        let session = api.test.app.database.session();
        for n in 0..1_003 {
            crate::support::create_row(&session, &format!("user{n}")).await;
        }
        session.commit().await.unwrap();
        let table = api.as_admin().await.get(&format!("{EXPORT}?q=user")).await;
        let names: std::collections::BTreeSet<&str> =
            table.assert_status(200).text().lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
        assert_eq!(names.len(), 1_003);
    }

    #[fastrail::test]
    async fn it_needs_the_permission_and_known_filters() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "GET", EXPORT).await;
        let answer = api.as_admin().await.get(&format!("{EXPORT}?is_active=perhaps")).await;
        answer.assert_invalid(&[("query.is_active", "bool_parsing")]);
    }
}
