//! Another password.

use super::*;

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
