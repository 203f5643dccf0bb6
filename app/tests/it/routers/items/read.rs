//! One item.

use super::*;

mod read_item {
    use super::*;

    #[fastrail::test]
    async fn anothers_item_is_as_unknown_as_none() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        let path = path_of(&make_item(&ada, "Fork").await);
        ada.get(&path).await.assert_status(200);
        let mut others = bob.get(&path).await.assert_problem(404, "item_not_found");
        let mut none = bob.get(&format!("/api/v1/items/{NOBODY}")).await.assert_problem(404, "item_not_found");
        for body in [&mut others, &mut none] {
            body.as_object_mut().unwrap().retain(|key, _| key != "instance" && key != "request_id");
        }
        assert_eq!(others, none);
        api.as_admin().await.get(&path).await.assert_status(200);
    }

    #[fastrail::test]
    async fn an_id_that_is_none_is_422() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for id in ["7", "x", "01930000-0000-7000-8000-00000000000g"] {
            ada.get(&format!("/api/v1/items/{id}")).await.assert_invalid(&[("path.item_id", "uuid_parsing")]);
        }
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "GET", "/api/v1/items/x").await;
        api.as_nobody().await.get("/api/v1/items/x").await.assert_problem(403, "forbidden");
    }
}
