//! Items, over HTTP.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{NOBODY, assert_needs_a_token};
use crate::support::{Answer, TestApi, make_item};

fn path_of(item: &Value) -> String {
    format!("/api/v1/items/{}", item["id"].as_str().unwrap())
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

mod create_item {
    use super::*;

    #[fastrail::test]
    async fn it_is_made_and_found_where_the_answer_says() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = json!({
            "name": "Fork", "price": "2.50", "description": "For salad", "tags": ["steel", "kitchen"],
        });
        let made = ada.post("/api/v1/items").json(&body).await;
        let item: Value = made.assert_status(201).json();
        assert_eq!(made.header("location"), Some(path_of(&item).as_str()));
        assert_eq!(item["name"], "Fork");
        assert_eq!(item["price"], "2.50");
        assert_eq!(item["description"], "For salad");
        assert_eq!(item["tags"], json!(["kitchen", "steel"]));
        assert_eq!(item["owner_id"], api.id_of("ada").await);
        assert_eq!(item["created_at"], "2026-11-21T12:00:00Z");
        assert_eq!(item["updated_at"], item["created_at"]);
        let id: uuid::Uuid = item["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        ada.get(&path_of(&item)).await.assert_status(200).assert_json(&item);
    }

    #[fastrail::test]
    async fn what_is_optional_may_be_absent() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let item = make_item(&ada, "Fork").await;
        assert_eq!(item["description"], Value::Null);
        assert_eq!(item["tags"], json!([]));
    }

    #[fastrail::test]
    async fn it_needs_a_token() {
        let api = TestApi::new().await;
        assert_needs_a_token(&api.client, "POST", "/api/v1/items").await;
    }

    #[fastrail::test]
    async fn it_needs_the_permission_before_the_body_is_read() {
        let api = TestApi::new().await;
        let nobody = api.as_nobody().await;
        nobody.post("/api/v1/items").json(json!({ "price": 0 })).await.assert_problem(403, "forbidden");
        assert_eq!(api.count("items").await, 0);
    }

    #[fastrail::test]
    async fn every_error_is_told_at_once() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let tags: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        let body = json!({ "name": "", "price": "0", "description": "x".repeat(2001), "tags": tags });
        ada.post("/api/v1/items").json(body).await.assert_invalid(&[
            ("/name", "string_too_short"),
            ("/price", "greater_than"),
            ("/description", "string_too_long"),
            ("/tags", "too_long"),
        ]);
        ada.post("/api/v1/items").json(json!({})).await.assert_invalid(&[("/name", "missing"), ("/price", "missing")]);
        ada.post("/api/v1/items").await.assert_invalid(&[("", "missing")]);
        assert_eq!(api.count("items").await, 0);
    }

    #[fastrail::test]
    async fn names_and_tags_have_visible_text() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for (name, code) in [("   ", "string_pattern_mismatch"), ("a\u{0}b", "string_nul")] {
            let answer = ada.post("/api/v1/items").json(json!({ "name": name, "price": "1" })).await;
            answer.assert_invalid(&[("/name", code)]);
        }
        let body = json!({ "name": "x".repeat(81), "price": "1", "tags": ["", "x".repeat(41)] });
        ada.post("/api/v1/items").json(body).await.assert_invalid(&[
            ("/name", "string_too_long"),
            ("/tags/0", "string_too_short"),
            ("/tags/1", "string_too_long"),
        ]);
        let trimmed = ada.post("/api/v1/items").json(json!({ "name": "  Fork ", "price": "1" })).await;
        assert_eq!(trimmed.assert_status(201).at("/name"), "Fork");
        let long = ada.post("/api/v1/items").json(json!({ "name": "ä".repeat(80), "price": "1" })).await;
        long.assert_status(201);
    }

    #[fastrail::test]
    async fn a_description_has_no_nul() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let lines = json!({ "name": "Fork", "price": "1", "description": "one\ntwo\tthree" });
        ada.post("/api/v1/items").json(lines).await.assert_status(201);
        let nul = json!({ "name": "Fork", "price": "1", "description": "a\u{0}b" });
        let answer = ada.post("/api/v1/items").json(nul).await;
        answer.assert_invalid(&[("/description", "string_nul")]);
    }

    #[fastrail::test]
    async fn prices_are_exact() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        for price in ["2.50", "0.10", "1", "100.00", "12345678901234567890.12345678", "0.0000000000000000000000000001"]
        {
            let made = ada.post("/api/v1/items").json(json!({ "name": "x", "price": price })).await;
            let item: Value = made.assert_status(201).json();
            assert_eq!(item["price"], price);
            assert_eq!(ada.get(&path_of(&item)).await.at("/price"), price);
        }
    }

    #[fastrail::test]
    async fn what_is_no_exact_positive_decimal_is_refused() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let wrong = [
            json!("0"),
            json!("0.00"),
            json!("-1"),
            json!("1e3"),
            json!("1_000"),
            json!(" 1"),
            json!("1 "),
            json!("+1"),
            json!(""),
            json!("ten"),
            json!("NaN"),
            json!("Infinity"),
            json!("1."),
            json!(".5"),
            json!("0x10"),
            json!("01"),
            json!("1,5"),
            json!("٣"),
            json!("0.12345678901234567890123456789"),
            json!("99999999999999999999999999999999"),
            json!(2.5),
            json!(2),
            json!(true),
            json!(null),
            json!(["1"]),
        ];
        for price in wrong {
            let answer = ada.post("/api/v1/items").json(json!({ "name": "x", "price": price })).await;
            assert_eq!(answer.status(), 422, "{price}\n{answer:?}");
            assert_eq!(answer.assert_problem(422, "validation_failed")["errors"][0]["pointer"], "/price", "{price}");
        }
    }

    #[fastrail::test]
    async fn what_the_server_decides_cannot_be_sent() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        api.as_user("bob").await;
        let body = json!({
            "name": "Fork", "price": "1", "id": NOBODY, "owner_id": api.id_of("bob").await, "version": 9,
            "created_at": "2000-01-01T00:00:00Z", "deleted_at": "2000-01-01T00:00:00Z",
        });
        let item: Value = ada.post("/api/v1/items").json(body).await.assert_status(201).json();
        assert_ne!(item["id"], NOBODY);
        assert_eq!(item["owner_id"], api.id_of("ada").await);
        assert_eq!(item["created_at"], "2026-11-21T12:00:00Z");
    }

    #[fastrail::test]
    async fn another_media_type_is_415() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let body = r#"{"name": "Fork", "price": "1"}"#;
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
            let answer = ada.post("/api/v1/items").body(media_type, body).await;
            answer.assert_problem(415, "unsupported_media_type");
        }
        ada.post("/api/v1/items").body("application/json; charset=utf-8", body).await.assert_status(201);
    }

    #[fastrail::test]
    async fn what_is_no_json_is_422() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        let broken = ada.post("/api/v1/items").body("application/json", "{").await;
        assert_eq!(broken.assert_problem(422, "validation_failed")["errors"][0]["code"], "json_invalid");
        for body in ["[]", "null", "1", "\"x\""] {
            let answer = ada.post("/api/v1/items").body("application/json", body).await;
            answer.assert_invalid(&[("", "model_attributes_type")]);
        }
        let twice = r#"{"name": "Fork", "name": "Spoon", "price": "1"}"#;
        let twice = ada.post("/api/v1/items").body("application/json", twice).await;
        assert_eq!(twice.assert_problem(422, "validation_failed")["errors"][0]["pointer"], "/name");
    }
}

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
