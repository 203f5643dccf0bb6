//! Changes to users.

use super::*;

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
