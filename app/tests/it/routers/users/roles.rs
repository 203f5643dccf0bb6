//! Users' roles.

use super::*;

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
