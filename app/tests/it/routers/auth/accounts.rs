//! New accounts.

use std::future::IntoFuture;

use fastrail::Body;

use super::*;

mod register {
    use super::*;

    #[fastrail::test]
    async fn the_account_is_made_and_found_where_the_answer_says() {
        let api = TestApi::new().await;
        let mut body = account("Ada");
        body["full_name"] = json!("Ada Lovelace");
        let made = api.client.post(REGISTER).json(body).await;
        let user: Value = made.assert_status(201).json();
        assert_eq!(user["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
        let expected = json!({
            "id": user["id"], "email": "Ada@example.com", "username": "Ada", "full_name": "Ada Lovelace",
            "is_active": true, "created_at": "2026-11-21T12:00:00Z", "updated_at": "2026-11-21T12:00:00Z",
        });
        assert_eq!(user, expected);
        let location = made.header("location").unwrap();
        assert_eq!(location, format!("/api/v1/users/{}", user["id"].as_str().unwrap()));
        api.as_admin().await.get(location).await.assert_status(200).assert_json(&user);
    }

    #[fastrail::test]
    async fn taken_names_and_addresses_are_told_without_regard_to_case() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let mut same_name = account("bob");
        same_name["username"] = json!("ADA");
        api.client.post(REGISTER).json(same_name).await.assert_problem(409, "username_taken");
        let mut same_email = account("bob");
        same_email["email"] = json!("ADA@Example.com");
        api.client.post(REGISTER).json(same_email).await.assert_problem(409, "email_taken");
        assert_eq!(api.count("users").await, 2);
    }

    #[fastrail::test]
    async fn of_many_who_want_one_name_at_once_one_gets_it() {
        let api = TestApi::new().await;
        let register = || api.client.post(REGISTER).json(account("ada")).into_future();
        let (a, b, c, d) = tokio::join!(register(), register(), register(), register());
        let mut statuses = [a, b, c, d].map(|answer| answer.status().as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
        assert_eq!(api.count("users").await, 2);
    }

    #[fastrail::test]
    async fn every_error_is_told_at_once_and_no_secret_is_told_back() {
        let api = TestApi::new().await;
        let body = json!({ "email": "ada@", "username": "a b", "password": "hunter2", "full_name": 7 });
        let answer = api.client.post(REGISTER).json(body).await;
        answer.assert_invalid(&[
            ("/email", "value_error"),
            ("/username", "string_pattern_mismatch"),
            ("/password", "string_too_short"),
            ("/full_name", "string_type"),
        ]);
        assert!(!answer.text().contains("hunter2"), "{answer:?}");
        let incomplete = api.client.post(REGISTER).json(json!({ "password": "hunter2 and otters" })).await;
        incomplete.assert_invalid(&[("/email", "missing"), ("/username", "missing")]);
        assert!(!incomplete.text().contains("hunter2"), "{incomplete:?}");
        for wrong in [json!(12345678), json!(["hunter2"]), json!({ "x": "hunter2" }), json!(null)] {
            let mut body = account("ada");
            body["password"] = wrong;
            let answer = api.client.post(REGISTER).json(body).await;
            answer.assert_invalid(&[("/password", "string_type")]);
            assert!(!answer.text().contains("hunter2") && !answer.text().contains("12345678"), "{answer:?}");
        }
        let broken = format!(r#"{{"password": "{PASSWORD}", "#);
        let broken = api.client.post(REGISTER).body("application/json", broken).await;
        broken.assert_problem(422, "validation_failed");
        assert!(!broken.text().contains(PASSWORD), "{broken:?}");
        assert_eq!(api.count("users").await, 1);
    }

    #[fastrail::test]
    async fn bounds_are_where_the_document_says() {
        let api = TestApi::new().await;
        for (field, value, code) in [
            ("username", json!("ab"), "string_too_short"),
            ("username", json!("a".repeat(21)), "string_too_long"),
            ("username", json!("ada@x"), "string_pattern_mismatch"),
            ("username", json!("näme"), "string_pattern_mismatch"),
            ("username", json!("ada\n"), "string_pattern_mismatch"),
            ("password", json!("1234567"), "string_too_short"),
            ("password", json!("x".repeat(129)), "string_too_long"),
            ("password", json!("P@ssw0rd123"), "value_error"),
            ("password", json!("12345678"), "value_error"),
            ("password", json!("kx7vq2mt\0"), "string_nul"),
            ("full_name", json!("x".repeat(201)), "string_too_long"),
            ("full_name", json!("a\u{7}"), "string_pattern_mismatch"),
            ("email", json!("ada@localhost"), "value_error"),
            ("email", json!("a".repeat(250) + "@example.com"), "value_error"),
        ] {
            let mut body = account("ada");
            body[field] = value;
            api.client.post(REGISTER).json(body).await.assert_invalid(&[(format!("/{field}").as_str(), code)]);
        }
        for (name, password) in [("abc", "kx7vq2mt"), ("a23456789_.-ABCDEFGH", ("äö7xq".repeat(25) + "abc").as_str())]
        {
            let body = json!({ "email": format!("{name}@example.com"), "username": name, "password": password });
            api.client.post(REGISTER).json(body).await.assert_status(201);
            password_grant(&api.client, name, password).await.assert_status(200);
        }
    }

    #[fastrail::test]
    async fn what_the_server_decides_cannot_be_sent() {
        let api = TestApi::new().await;
        let mut body = account("ada");
        for (field, value) in [
            ("id", json!(NOBODY)),
            ("is_active", json!(false)),
            ("is_admin", json!(true)),
            ("role", json!("admin")),
            ("roles", json!(["admin"])),
            ("permissions", json!(["users:write"])),
            ("version", json!(7)),
            ("created_at", json!("2000-01-01T00:00:00Z")),
            ("deleted_at", json!("2000-01-01T00:00:00Z")),
            ("password_hash", json!("$argon2id$")),
        ] {
            body[field] = value;
        }
        let user: Value = api.client.post(REGISTER).json(body).await.assert_status(201).json();
        assert_ne!(user["id"], NOBODY);
        assert_eq!((&user["is_active"], &user["created_at"]), (&json!(true), &json!("2026-11-21T12:00:00Z")));
        let login = password_grant(&api.client, "ada", PASSWORD).await;
        assert_eq!(login.assert_status(200).at("/scope"), "items:read items:write");
    }

    #[fastrail::test]
    async fn another_media_type_is_415_and_a_compressed_or_huge_body_is_not_read() {
        let api = TestApi::with_settings(&[("SERVER__MAX_BODY_BYTES", "2000")]).await;
        let form = [("username", "ada")];
        api.client.post(REGISTER).form(form).await.assert_problem(415, "unsupported_media_type");
        let packed = api.client.post(REGISTER).json(account("ada")).header("content-encoding", "gzip").await;
        packed.assert_problem(415, "unsupported_content_encoding");
        let mut huge = account("ada");
        huge["full_name"] = json!("x".repeat(2000));
        api.client.post(REGISTER).json(&huge).await.assert_problem(413, "body_too_large");
        let unannounced = Body::from(huge.to_string());
        let request = api.client.post(REGISTER).header("content-type", "application/json").stream(unannounced);
        request.await.assert_problem(413, "body_too_large");
        assert_eq!(api.count("users").await, 1);
    }
}
