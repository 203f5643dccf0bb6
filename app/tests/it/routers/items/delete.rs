//! Items that are deleted.

use super::*;

mod delete_item {
    use super::*;

    #[fastrail::test]
    async fn a_deleted_item_is_gone_for_everybody() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = path_of(&make_item(&ada, "Fork").await);
        let gone = ada.delete(&path).await;
        assert!(gone.assert_status(204).bytes().is_empty());
        assert_eq!(gone.header("content-type"), None);
        for client in [ada, api.as_admin().await] {
            client.get(&path).await.assert_problem(404, "item_not_found");
            client.delete(&path).await.assert_problem(404, "item_not_found");
            client.patch(&path).json(json!({ "name": "x" })).await.assert_problem(404, "item_not_found");
            assert_eq!(client.get("/api/v1/items").await.at("/total"), 0);
        }
    }

    #[fastrail::test]
    async fn anothers_item_is_404_but_not_to_administrators() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        let path = path_of(&make_item(&ada, "Fork").await);
        bob.delete(&path).await.assert_problem(404, "item_not_found");
        ada.get(&path).await.assert_status(200);
        api.as_admin().await.delete(&path).await.assert_status(204);
    }

    #[fastrail::test]
    async fn unknown_and_wrong_ids() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        ada.delete(&format!("/api/v1/items/{NOBODY}")).await.assert_problem(404, "item_not_found");
        ada.delete("/api/v1/items/x").await.assert_invalid(&[("path.item_id", "uuid_parsing")]);
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "DELETE", "/api/v1/items/x").await;
        api.as_nobody().await.delete("/api/v1/items/x").await.assert_problem(403, "forbidden");
    }
}
