//! Tokens, and the end of their logins.

use chrono::TimeDelta;
use fastrail::testing::TestClient;

use super::*;

mod create_token {
    use super::*;

    #[fastrail::test]
    async fn a_username_or_an_address_gets_tokens() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("Ada")).await.assert_status(201);
        for login in ["Ada", "aDA", "ada@EXAMPLE.com"] {
            let answer = password_grant(&api.client, login, PASSWORD).await;
            let body: Value = answer.assert_status(200).json();
            let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["access_token", "token_type", "expires_in", "refresh_token", "scope"]);
            assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
            assert_eq!(body["scope"], "items:read items:write");
            // RFC 6749 §5.1.
            answer.assert_header("cache-control", "no-store").assert_header("pragma", "no-cache");
            let ada = api.client.with_bearer(body["access_token"].as_str().unwrap());
            assert_eq!(ada.get("/api/v1/users/me").await.assert_status(200).at("/username"), "Ada");
        }
        let admin = password_grant(&api.client, "root@example.com", PASSWORD).await;
        let scope = admin.assert_status(200).at("/scope");
        assert_eq!(
            scope,
            "items:read items:read_all items:write items:write_all roles:read roles:write users:read users:write"
        );
    }

    #[fastrail::test]
    async fn nobody_learns_why_a_login_failed() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for name in ["ada", "off", "gone"] {
            api.client.post(REGISTER).json(account(name)).await.assert_status(201);
        }
        let off = format!("/api/v1/users/{}", api.id_of("off").await);
        admin.patch(&off).json(json!({ "is_active": false })).await.assert_status(200);
        let gone = format!("/api/v1/users/{}", api.id_of("gone").await);
        admin.delete(&gone).await.assert_status(204);
        let expected = json!({ "error": "invalid_grant", "error_description": "The credentials do not count" });
        for (login, password) in [
            ("ada", "wrong password"),
            ("ada@example.com", "wrong password"),
            ("nobody", PASSWORD),
            ("nobody@example.com", PASSWORD),
            ("off", PASSWORD),
            ("gone", PASSWORD),
            ("no such name at all, and far too long", PASSWORD),
            ("@", PASSWORD),
            ("ada", "x"),
        ] {
            let answer = password_grant(&api.client, login, password).await;
            answer.assert_oauth(400, "invalid_grant");
            answer.assert_json(&expected);
        }
    }

    #[fastrail::test]
    async fn one_address_that_guesses_waits_and_others_do_not() {
        let api = TestApi::with_settings(&[("AUTH__FREE_ADDRESS_FAILURES", "3")]).await;
        let at = |peer: &str| api.client.with_peer(peer.parse().unwrap());
        for n in 0..5 {
            let guess = password_grant(&at("192.0.2.1:1"), &format!("nobody{n}"), PASSWORD).await;
            guess.assert_oauth(400, "invalid_grant");
        }
        let login = |client: TestClient| async move { password_grant(&client, "root@example.com", PASSWORD).await };
        login(at("192.0.2.1:2")).await.assert_oauth(400, "invalid_grant");
        login(at("192.0.2.2:1")).await.assert_status(200);
        api.test.clock.advance(TimeDelta::seconds(60));
        login(at("192.0.2.1:3")).await.assert_status(200);
    }

    #[fastrail::test]
    async fn what_is_missing_or_unknown_is_told_as_oauth_has_it() {
        let api = TestApi::new().await;
        for (pairs, parameter) in [
            (vec![], "grant_type"),
            (vec![("username", "ada"), ("password", PASSWORD)], "grant_type"),
            (vec![("grant_type", "password"), ("password", PASSWORD)], "username"),
            (vec![("grant_type", "password"), ("username", "ada")], "password"),
            (vec![("grant_type", "password"), ("username", "ada"), ("password", "")], "password"),
            (vec![("grant_type", "refresh_token")], "refresh_token"),
        ] {
            let body = form(&api.client, &pairs).await.assert_oauth(400, "invalid_request");
            assert_eq!(body["error_description"], format!("The parameter {parameter} is missing"));
        }
        for grant in ["client_credentials", "Password", "authorization_code", "x y"] {
            let answer = form(&api.client, &[("grant_type", grant)]).await;
            answer.assert_oauth(400, "unsupported_grant_type");
        }
        let none = api.client.post("/api/v1/auth/token").await;
        none.assert_oauth(400, "invalid_request");
    }

    #[fastrail::test]
    async fn a_body_that_is_no_form_has_no_parameters() {
        let api = TestApi::new().await;
        let body = json!({ "grant_type": "password", "username": "admin", "password": PASSWORD });
        let answer = api.client.post("/api/v1/auth/token").json(body).await;
        answer.assert_oauth(400, "invalid_request");
        assert!(!answer.text().contains(PASSWORD));
    }

    #[fastrail::test]
    async fn parameters_count_in_the_body_only() {
        let api = TestApi::new().await;
        let query = format!("grant_type=password&username=admin&password={}", PASSWORD.replace(' ', "%20"));
        let answer = api.client.post(&format!("/api/v1/auth/token?{query}")).await;
        answer.assert_oauth(400, "invalid_request");
    }

    #[fastrail::test]
    async fn what_the_framework_refuses_is_told_as_oauth_has_it_too() {
        const FORM: &str = "application/x-www-form-urlencoded";
        let api = TestApi::new().await;
        let post = || api.client.post("/api/v1/auth/token");
        let twice = post().body(FORM, "username=a%FF").await.assert_oauth(422, "invalid_request");
        assert!(twice["error_description"].as_str().is_some_and(|text| text.contains(": ")), "{twice}");
        let long = format!("username={}", "a".repeat(3 << 20));
        post().body(FORM, long).await.assert_oauth(413, "invalid_request");
        let packed = post().body(FORM, "username=ada").header("content-encoding", "br").await;
        packed.assert_oauth(415, "invalid_request");
        let responses = &api.client.openapi()["paths"]["/api/v1/auth/token"]["post"]["responses"];
        for (status, response) in responses.as_object().unwrap() {
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            let expected = if status == "200" { "TokenOut" } else { "OAuthError" };
            assert_eq!(*schema, format!("#/components/schemas/{expected}"), "{status}: {response}");
        }
    }

    #[fastrail::test]
    async fn a_form_as_swagger_sends_it_is_taken() {
        let api = TestApi::new().await;
        let pairs = [
            ("grant_type", "password"),
            ("username", "root@example.com"),
            ("password", PASSWORD),
            ("scope", "users:read items:read"),
            ("client_id", ""),
            ("client_secret", ""),
        ];
        form(&api.client, &pairs).await.assert_status(200);
        let get = api.client.get("/api/v1/auth/token").await;
        get.assert_problem(405, "method_not_allowed");
        get.assert_header("allow", "POST");
    }
}

mod logout {
    use super::*;

    #[fastrail::test]
    async fn both_tokens_of_the_login_are_dead_and_other_logins_live() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let first: Value = password_grant(&api.client, "ada", PASSWORD).await.json();
        let second: Value = password_grant(&api.client, "ada", PASSWORD).await.json();
        let ada = api.client.with_bearer(first["access_token"].as_str().unwrap());
        assert!(ada.post("/api/v1/auth/logout").await.assert_status(204).bytes().is_empty());
        ada.get("/api/v1/users/me").await.assert_problem(401, "token_invalid");
        ada.post("/api/v1/auth/logout").await.assert_problem(401, "token_invalid");
        let refresh = crate::support::refresh_grant(&api.client, first["refresh_token"].as_str().unwrap()).await;
        refresh.assert_oauth(400, "invalid_grant");
        let other = api.client.with_bearer(second["access_token"].as_str().unwrap());
        other.get("/api/v1/users/me").await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_needs_a_token() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "POST", "/api/v1/auth/logout").await;
    }
}

mod logout_all {
    use super::*;

    #[fastrail::test]
    async fn every_login_ends_and_nobody_elses() {
        let api = TestApi::new().await;
        let (one, two, bob) = (api.as_user("ada").await, api.as_user("ada").await, api.as_user("bob").await);
        let answer = one.post("/api/v1/auth/logout-all").await;
        assert!(answer.assert_status(204).header("set-cookie").unwrap().contains("Max-Age=0"));
        for client in [one, two] {
            client.get("/api/v1/users/me").await.assert_problem(401, "token_invalid");
        }
        bob.get("/api/v1/users/me").await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_needs_a_login() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "POST", "/api/v1/auth/logout-all").await;
    }
}
