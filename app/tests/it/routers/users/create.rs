//! New users.

use super::*;

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
