//! Users that are deleted, and restored.

use super::*;

mod delete_user {
    use super::*;

    #[fastrail::test]
    async fn a_deleted_user_is_out_at_once_and_found_no_more() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        assert!(admin.delete(&path).await.assert_status(204).bytes().is_empty());
        ada.get(ME).await.assert_problem(401, "token_invalid");
        admin.get(&path).await.assert_problem(404, "user_not_found");
        admin.delete(&path).await.assert_problem(404, "user_not_found");
        admin.patch(&path).json(json!({ "full_name": "x" })).await.assert_problem(404, "user_not_found");
        assert_eq!(admin.get("/api/v1/users").await.at("/total"), 1);
        assert_eq!(api.count("users").await, 2);
    }

    #[fastrail::test]
    async fn the_last_administrator_stays_until_there_is_another() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let path = path_of(&api, "admin").await;
        admin.delete(&path).await.assert_problem(409, "last_admin");
        api.test.admin("ada").await;
        admin.delete(&path).await.assert_status(204);
        admin.get(ME).await.assert_problem(401, "token_invalid");
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "DELETE", "/api/v1/users/x").await;
        assert_needs_an_id(&api.as_admin().await, "DELETE", "", Value::Null).await;
    }
}

mod restore_user {
    use super::*;

    #[fastrail::test]
    async fn a_restored_user_is_back_with_everything_but_the_logins() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        crate::support::make_item(&ada, "Fork").await;
        let path = path_of(&api, "ada").await;
        let mut before: Value = admin.get(&path).await.json();
        admin.delete(&path).await.assert_status(204);
        api.test.clock.advance(TimeDelta::seconds(1));
        before["updated_at"] = json!("2026-11-21T12:00:01Z");
        let restored = admin.post(&format!("{path}/restore")).await;
        restored.assert_status(200).assert_json(&before);
        admin.get(&path).await.assert_status(200).assert_json(&before);
        ada.get(ME).await.assert_problem(401, "token_invalid");
        let again = api.as_user("ada").await;
        assert_eq!(again.get("/api/v1/items").await.at("/total"), 1);
    }

    #[fastrail::test]
    async fn one_who_is_not_deleted_stays_as_is() {
        let api = TestApi::new().await;
        let (admin, ada) = (api.as_admin().await, api.as_user("ada").await);
        let path = path_of(&api, "ada").await;
        let before: Value = ada.get(ME).await.json();
        api.test.clock.advance(TimeDelta::seconds(1));
        admin.post(&format!("{path}/restore")).await.assert_status(200).assert_json(&before);
        ada.get(ME).await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_needs_an_id_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "POST", "/api/v1/users/x/restore").await;
        assert_needs_an_id(&api.as_admin().await, "POST", "/restore", Value::Null).await;
    }
}
