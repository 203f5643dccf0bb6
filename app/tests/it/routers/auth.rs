//! Accounts and tokens, over HTTP.

use std::future::IntoFuture;

use fastrail::Body;
use serde_json::{Value, json};

use super::assert_needs_a_token;
use crate::support::{Answer, PASSWORD, TestApi, form, password_grant};

const REGISTER: &str = "/api/v1/auth/register";

fn account(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD })
}

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
            ("id", json!(super::super::NOBODY)),
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
        assert_ne!(user["id"], super::super::NOBODY);
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

mod login {
    use super::*;

    const LOGIN: &str = "/api/v1/auth/login";

    async fn log_in(api: &TestApi, name: &str, password: &str) -> fastrail::testing::TestResponse {
        api.client.post(LOGIN).json(json!({ "username": name, "password": password })).await
    }

    #[fastrail::test]
    async fn the_cookie_is_bound_to_host_and_https_and_lets_in() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let answer = log_in(&api, "ADA", PASSWORD).await;
        let login: Value = answer.assert_status(200).json();
        assert_eq!((&login["kind"], &login["is_current"]), (&json!("cookie"), &json!(true)));
        assert_eq!(login["expires_at"], "2026-11-21T13:00:00Z");
        let cookie = answer.header("set-cookie").unwrap().to_owned();
        assert!(cookie.starts_with("__Host-session="), "{cookie}");
        let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Max-Age=3600", "Path=/", "SameSite=Strict", "Secure"]);
        assert_eq!(api.client.get("/api/v1/users/me").await.assert_status(200).at("/username"), "ada");
        api.test.clock.advance(chrono::TimeDelta::seconds(3600));
        api.client.get("/api/v1/users/me").await.assert_problem(401, "token_invalid");
    }

    #[fastrail::test]
    async fn a_write_needs_an_origin_of_this_host_or_an_allowed_one() {
        let allowed = "https://app.example.com,http://localhost:3000";
        let api = TestApi::with_settings(&[("AUTH__ALLOWED_ORIGINS", allowed)]).await;
        log_in(&api, "root@example.com", PASSWORD).await.assert_status(200);
        let patch = |headers: Vec<(&'static str, &'static str)>| {
            let mut request = api.client.patch("/api/v1/users/me").json(json!({ "full_name": "Root" }));
            for (name, value) in headers {
                request = request.header(name, value);
            }
            request
        };
        for (origin, host) in [
            (None, "api.example.com"),
            (Some("null"), "api.example.com"),
            (Some(""), "api.example.com"),
            (Some("https://evil.example"), "api.example.com"),
            (Some("https://api.example.com.evil.example"), "api.example.com"),
            (Some("https://api.example.com:8443"), "api.example.com"),
            (Some("https://sub.app.example.com"), "api.example.com"),
            (Some("http://app.example.com"), "api.example.com"),
            (Some("https://app.example.com/"), "api.example.com"),
            (Some("api.example.com"), "api.example.com"),
            (Some("ftp://api.example.com"), "api.example.com"),
        ] {
            let mut headers = vec![("host", host)];
            headers.extend(origin.map(|origin| ("origin", origin)));
            patch(headers).await.assert_problem(403, "origin_mismatch");
        }
        for (origin, host) in [
            ("https://api.example.com", "api.example.com"),
            ("https://API.example.com", "api.example.com"),
            ("http://localhost:8000", "localhost:8000"),
            ("https://app.example.com", "api.example.com"),
            ("http://localhost:3000", "api.example.com"),
        ] {
            patch(vec![("host", host), ("origin", origin)]).await.assert_status(200);
        }
        // Reading changes nothing, and what bears a token is no browser that was tricked.
        api.client.get("/api/v1/users/me").header("origin", "https://evil.example").await.assert_status(200);
        let token = api.token_of("ada").await;
        let other = api.client.with_bearer(&token).patch("/api/v1/users/me").header("origin", "https://evil.example");
        other.json(json!({ "full_name": "Ada" })).await.assert_status(200);
    }

    #[fastrail::test]
    async fn a_page_of_another_site_logs_nobody_in_and_a_program_does() {
        let api = TestApi::new().await;
        let body = json!({ "username": "root@example.com", "password": PASSWORD });
        let foreign = api.client.post(LOGIN).header("origin", "https://evil.example").header("host", "a.example");
        foreign.json(&body).await.assert_problem(403, "origin_mismatch");
        let own = api.client.post(LOGIN).header("origin", "https://a.example").header("host", "a.example");
        own.json(&body).await.assert_status(200);
        api.client.post(LOGIN).json(&body).await.assert_status(200);
    }

    #[fastrail::test]
    async fn whatever_is_wrong_is_answered_alike() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let mut answers = Vec::new();
        for (name, password) in [("ada", "wrong password"), ("nobody", PASSWORD), ("@", PASSWORD), ("", "")] {
            answers.push(log_in(&api, name, password).await);
        }
        for _ in 0..6 {
            log_in(&api, "ada", "wrong password").await.assert_problem(401, "invalid_credentials");
        }
        answers.push(log_in(&api, "ada", PASSWORD).await);
        for answer in answers {
            let mut body = answer.assert_problem(401, "invalid_credentials");
            body["request_id"] = Value::Null;
            assert_eq!(body["detail"], "The credentials do not count");
            assert_eq!(answer.header("set-cookie"), None);
        }
        api.client
            .post(LOGIN)
            .json(json!({}))
            .await
            .assert_invalid(&[("/username", "missing"), ("/password", "missing")]);
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

mod change_password {
    use super::*;

    const CHANGE: &str = "/api/v1/auth/password/change";
    const NEW: &str = "blue otters swim";

    fn change(current: &str, new: &str) -> Value {
        json!({ "current_password": current, "new_password": new })
    }

    #[fastrail::test]
    async fn the_new_password_counts_and_every_other_login_has_ended() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let (here, there) = (api.as_user("ada").await, api.as_user("ada").await);
        here.post(CHANGE).json(change(PASSWORD, NEW)).await.assert_status(204);
        here.get("/api/v1/users/me").await.assert_status(200);
        there.get("/api/v1/users/me").await.assert_problem(401, "token_invalid");
        password_grant(&api.client, "ada", PASSWORD).await.assert_oauth(400, "invalid_grant");
        password_grant(&api.client, "ada", NEW).await.assert_status(200);
    }

    #[fastrail::test]
    async fn a_wrong_password_is_400_and_guessing_locks() {
        let api = TestApi::new().await;
        api.client.post(REGISTER).json(account("ada")).await.assert_status(201);
        let ada = api.as_user("ada").await;
        for _ in 0..6 {
            ada.post(CHANGE).json(change("wrong password", NEW)).await.assert_problem(400, "wrong_password");
        }
        ada.post(CHANGE).json(change(PASSWORD, NEW)).await.assert_problem(400, "wrong_password");
        api.test.clock.advance(chrono::TimeDelta::seconds(2));
        ada.post(CHANGE).json(change(PASSWORD, NEW)).await.assert_status(204);
    }

    #[fastrail::test]
    async fn a_common_or_short_password_is_422_and_is_not_told_back() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for (new, code) in [("Summer2024!", "value_error"), ("xq7", "string_too_short")] {
            let answer = ada.post(CHANGE).json(change(PASSWORD, new)).await;
            answer.assert_invalid(&[("/new_password", code)]);
            assert!(!answer.text().contains(new) && !answer.text().contains(PASSWORD));
        }
    }

    #[fastrail::test]
    async fn it_needs_a_login() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "POST", CHANGE).await;
    }
}
