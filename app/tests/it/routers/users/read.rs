//! One user, and a user's profile.

use super::*;

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
