//! New items.

use super::*;

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
