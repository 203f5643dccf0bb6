//! Logins by cookie.

use super::*;

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
    async fn behind_a_proxy_this_host_is_the_one_that_it_was_asked_for() {
        let api = TestApi::with_settings(&[("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
        log_in(&api, "root@example.com", PASSWORD).await.assert_status(200);
        let patch = |peer: &str, origin: &str| {
            let request = api.client.with_peer(peer.parse().unwrap()).patch("/api/v1/users/me");
            let request = request.header("host", "backend:8000").header("x-forwarded-host", "api.example.com");
            request.header("origin", origin).json(json!({ "full_name": "Root" }))
        };
        patch("10.0.0.1:1", "https://api.example.com").await.assert_status(200);
        patch("10.0.0.1:1", "http://backend:8000").await.assert_problem(403, "origin_mismatch");
        patch("192.0.2.1:1", "https://api.example.com").await.assert_problem(403, "origin_mismatch");
        patch("192.0.2.1:1", "http://backend:8000").await.assert_status(200);
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
