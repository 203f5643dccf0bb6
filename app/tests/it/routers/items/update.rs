//! Changes to items.

use super::*;

mod update_item {
    use super::*;

    #[fastrail::test]
    async fn what_is_named_changes_and_the_rest_stays() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = json!({ "name": "Fork", "price": "2.50", "description": "old", "tags": ["a"] });
        let item: Value = ada.post("/api/v1/items").json(body).await.json();
        api.test.clock.advance(TimeDelta::seconds(60));
        let changed = ada.patch(&path_of(&item)).json(json!({ "price": "3.00" })).await;
        let mut expected = item.clone();
        expected["price"] = json!("3.00");
        expected["updated_at"] = json!("2026-11-21T12:01:00Z");
        changed.assert_status(200).assert_json(&expected);
        ada.get(&path_of(&item)).await.assert_json(&expected);
        let changed = ada.patch(&path_of(&item)).json(json!({ "name": "Spoon", "tags": [] })).await;
        expected["name"] = json!("Spoon");
        expected["tags"] = json!([]);
        changed.assert_status(200).assert_json(&expected);
    }

    #[fastrail::test]
    async fn a_description_is_kept_cleared_or_set() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = json!({ "name": "Fork", "price": "2.50", "description": "old" });
        let path = path_of(&ada.post("/api/v1/items").json(body).await.json());
        for (patch, expected) in [
            (json!({ "name": "Spoon" }), json!("old")),
            (json!({ "description": "new" }), json!("new")),
            (json!({ "description": null }), Value::Null),
            (json!({ "description": null }), Value::Null),
        ] {
            let changed = ada.patch(&path).json(&patch).await;
            assert_eq!(changed.assert_status(200).at("/description"), expected, "{patch}");
            assert_eq!(ada.get(&path).await.at("/description"), expected, "{patch}");
        }
    }

    #[fastrail::test]
    async fn null_is_for_what_may_be_empty() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = path_of(&make_item(&ada, "Fork").await);
        let body = json!({ "name": null, "price": null, "tags": null });
        ada.patch(&path).json(body).await.assert_invalid(&[
            ("/name", "string_type"),
            ("/price", "decimal_type"),
            ("/tags", "set_type"),
        ]);
    }

    #[fastrail::test]
    async fn unknown_and_server_made_fields_are_refused() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = path_of(&make_item(&ada, "Fork").await);
        for field in ["id", "owner_id", "version", "created_at", "deleted_at", "colour"] {
            let answer = ada.patch(&path).json(json!({ field: NOBODY })).await;
            answer.assert_invalid(&[(format!("/{field}").as_str(), "extra_forbidden")]);
        }
    }

    #[fastrail::test]
    async fn nothing_to_change_is_400() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = path_of(&make_item(&ada, "Fork").await);
        ada.patch(&path).json(json!({})).await.assert_problem(400, "nothing_to_change");
    }

    #[fastrail::test]
    async fn wrong_values_are_422_as_when_making() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let path = path_of(&make_item(&ada, "Fork").await);
        let body = json!({ "name": "x".repeat(81), "price": "-1", "tags": [1, "a", "a"] });
        ada.patch(&path).json(body).await.assert_invalid(&[
            ("/name", "string_too_long"),
            ("/price", "greater_than"),
            ("/tags/0", "string_type"),
            ("/tags/2", "unique_items"),
        ]);
        assert_eq!(ada.get(&path).await.at("/name"), "Fork");
    }

    #[fastrail::test]
    async fn anothers_item_is_404_but_not_to_administrators() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        let path = path_of(&make_item(&ada, "Fork").await);
        bob.patch(&path).json(json!({ "name": "Mine" })).await.assert_problem(404, "item_not_found");
        assert_eq!(ada.get(&path).await.at("/name"), "Fork");
        let changed = api.as_admin().await.patch(&path).json(json!({ "name": "Theirs" })).await;
        assert_eq!(changed.assert_status(200).at("/owner_id"), api.id_of("ada").await);
    }

    #[fastrail::test]
    async fn unknown_ids_wrong_ids_and_wrong_media_types() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = json!({ "name": "x" });
        let unknown = ada.patch(&format!("/api/v1/items/{NOBODY}")).json(&body).await;
        unknown.assert_problem(404, "item_not_found");
        let both = ada.patch("/api/v1/items/x").json(json!({ "name": "" })).await;
        both.assert_invalid(&[("path.item_id", "uuid_parsing"), ("/name", "string_too_short")]);
        let path = path_of(&make_item(&ada, "Fork").await);
        ada.patch(&path).body("text/plain", "{}").await.assert_problem(415, "unsupported_media_type");
        let merge = ada.patch(&path).body("application/merge-patch+json", r#"{"name": "Spoon"}"#).await;
        assert_eq!(merge.assert_status(200).at("/name"), "Spoon");
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "PATCH", "/api/v1/items/x").await;
        api.as_nobody().await.patch("/api/v1/items/x").await.assert_problem(403, "forbidden");
    }
}
