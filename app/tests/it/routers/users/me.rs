//! One's own account.

use super::*;

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
