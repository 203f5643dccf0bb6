//! Lists of items.

use super::*;

mod list_items {
    use super::*;

    #[fastrail::test]
    async fn one_sees_ones_own_and_administrators_see_all() {
        let api = TestApi::new().await;
        let (ada, bob) = (api.as_user("ada").await, api.as_user("bob").await);
        make_item(&ada, "Fork").await;
        make_item(&bob, "Knife").await;
        let page: Value = ada.get("/api/v1/items").await.assert_status(200).json();
        assert_eq!(names(&page), ["Fork"]);
        assert_eq!(page["total"], 1);
        let all: Value = api.as_admin().await.get("/api/v1/items?sort=name").await.assert_status(200).json();
        assert_eq!(names(&all), ["Fork", "Knife"]);
    }

    #[fastrail::test]
    async fn pages_have_bounds() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let empty = ada.get("/api/v1/items").await;
        let nothing = json!({ "items": [], "total": 0, "page": 1, "page_size": 50, "total_pages": 0 });
        empty.assert_status(200).assert_json(nothing);
        for name in ["a", "b", "c"] {
            make_item(&ada, name).await;
            api.test.clock.advance(TimeDelta::seconds(1));
        }
        let page: Value = ada.get("/api/v1/items?page=2&page_size=2").await.assert_status(200).json();
        assert_eq!(names(&page), ["c"]);
        assert_eq!((&page["total"], &page["total_pages"]), (&json!(3), &json!(2)));
        let past: Value = ada.get("/api/v1/items?page=3&page_size=2").await.assert_status(200).json();
        assert_eq!(past, json!({ "items": [], "total": 3, "page": 3, "page_size": 2, "total_pages": 2 }));
        ada.get("/api/v1/items?page=4294967295&page_size=100").await.assert_status(200);
        for (query, errors) in [
            ("page=0", vec![("query.page", "greater_than_equal")]),
            ("page_size=0", vec![("query.page_size", "greater_than_equal")]),
            ("page_size=101", vec![("query.page_size", "less_than_equal")]),
            ("page=x&page_size=x", vec![("query.page", "int_parsing"), ("query.page_size", "int_parsing")]),
        ] {
            ada.get(&format!("/api/v1/items?{query}")).await.assert_invalid(&errors);
        }
    }

    #[fastrail::test]
    async fn every_field_sorts_both_ways() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for (name, price) in [("b", "10"), ("A", "9.5"), ("c", "9.50001")] {
            ada.post("/api/v1/items").json(json!({ "name": name, "price": price })).await.assert_status(201);
            api.test.clock.advance(TimeDelta::seconds(1));
        }
        let page: Value = ada.get("/api/v1/items").await.json();
        let b = path_of(&page["items"][0]);
        ada.patch(&b).json(json!({ "description": "touched" })).await.assert_status(200);
        for (sort, order) in [
            ("created_at", ["b", "A", "c"]),
            ("-created_at", ["c", "A", "b"]),
            ("updated_at", ["A", "c", "b"]),
            ("-updated_at", ["b", "c", "A"]),
            ("name", ["A", "b", "c"]),
            ("-name", ["c", "b", "A"]),
            ("price", ["A", "c", "b"]),
            ("-price,name", ["b", "c", "A"]),
            ("-name,name,-name", ["c", "b", "A"]),
        ] {
            let page: Value = ada.get(&format!("/api/v1/items?sort={sort}")).await.assert_status(200).json();
            assert_eq!(names(&page), order, "{sort}");
        }
        for sort in ["colour", "owner_id", "", "name,", "--name", "name;drop", "Name"] {
            let answer = ada.get(&format!("/api/v1/items?sort={sort}")).await;
            answer.assert_invalid(&[("query.sort", "string_pattern_mismatch")]);
        }
    }

    #[fastrail::test]
    async fn q_finds_a_part_and_takes_wildcards_as_they_are() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for (name, description) in [("100% Fork", "steel"), ("Knife_1", "For BREAD"), ("Spoon", "x")] {
            let body = json!({ "name": name, "price": "1", "description": description });
            ada.post("/api/v1/items").json(body).await.assert_status(201);
        }
        for (q, found) in [
            ("fork", vec!["100% Fork"]),
            ("bread", vec!["Knife_1"]),
            ("%25", vec!["100% Fork"]),
            ("_", vec!["Knife_1"]),
        ] {
            let page: Value = ada.get(&format!("/api/v1/items?q={q}")).await.assert_status(200).json();
            assert_eq!(names(&page), found, "{q}");
        }
        ada.get("/api/v1/items?q=%00").await.assert_invalid(&[("query.q", "string_nul")]);
        ada.get("/api/v1/items?q=%ff").await.assert_invalid(&[("query.q", "string_unicode")]);
        let long = "x".repeat(101);
        let answer = ada.get(&format!("/api/v1/items?q={long}")).await;
        answer.assert_invalid(&[("query.q", "string_too_long")]);
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "GET", "/api/v1/items?page=0").await;
        api.as_nobody().await.get("/api/v1/items?page=0").await.assert_problem(403, "forbidden");
    }
}
