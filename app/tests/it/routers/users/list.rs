//! Lists and tables of users.

use super::*;

mod list_users {
    use super::*;

    #[fastrail::test]
    async fn pages_have_bounds() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for name in ["ada", "bob", "cyd"] {
            api.as_user(name).await;
        }
        let page: Value = admin.get("/api/v1/users?sort=username&page_size=3").await.assert_status(200).json();
        assert_eq!(names(&page), ["ada", "admin", "bob"]);
        assert_eq!((&page["total"], &page["total_pages"], &page["page_size"]), (&json!(4), &json!(2), &json!(3)));
        let page: Value = admin.get("/api/v1/users?sort=username&page_size=3&page=2").await.json();
        assert_eq!(names(&page), ["cyd"]);
        let past = json!({ "items": [], "total": 4, "page": 9, "page_size": 50, "total_pages": 1 });
        admin.get("/api/v1/users?page=9").await.assert_status(200).assert_json(past);
        admin.get("/api/v1/users?page=0&page_size=101&is_active=perhaps&sort=age").await.assert_invalid(&[
            ("query.is_active", "bool_parsing"),
            ("query.sort", "string_pattern_mismatch"),
            ("query.page", "greater_than_equal"),
            ("query.page_size", "less_than_equal"),
        ]);
    }

    #[fastrail::test]
    async fn every_field_sorts_both_ways() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for (name, email) in [("ada", "z"), ("Bob", "y"), ("cyd", "x")] {
            api.as_user(name).await;
            let patch = json!({ "email": format!("{email}@example.com") });
            api.test.clock.advance(TimeDelta::seconds(1));
            admin.patch(&path_of(&api, name).await).json(patch).await.assert_status(200);
        }
        for (sort, order) in [
            ("username", ["ada", "admin", "Bob", "cyd"]),
            ("-username", ["cyd", "Bob", "admin", "ada"]),
            ("email", ["admin", "cyd", "Bob", "ada"]),
            ("-email", ["ada", "Bob", "cyd", "admin"]),
            ("updated_at,username", ["admin", "ada", "Bob", "cyd"]),
            ("-updated_at", ["cyd", "Bob", "ada", "admin"]),
            ("created_at,-username", ["cyd", "Bob", "admin", "ada"]),
            ("-created_at,username", ["ada", "admin", "Bob", "cyd"]),
        ] {
            let page: Value = admin.get(&format!("/api/v1/users?sort={sort}")).await.assert_status(200).json();
            assert_eq!(names(&page), order, "{sort}");
        }
        for sort in ["password_hash", "is_active", "", "username,", "username%20"] {
            let answer = admin.get(&format!("/api/v1/users?sort={sort}")).await;
            answer.assert_invalid(&[("query.sort", "string_pattern_mismatch")]);
        }
    }

    #[fastrail::test]
    async fn q_and_is_active_narrow_it_and_the_deleted_are_left_out() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        for name in ["ada", "bob", "cy_d"] {
            api.as_user(name).await;
        }
        let bob = path_of(&api, "bob").await;
        admin.patch(&bob).json(json!({ "is_active": false, "full_name": "Robert Ada" })).await.assert_status(200);
        for (query, found) in [
            ("q=ADA", vec!["ada", "bob"]),
            ("q=_", vec!["cy_d"]),
            ("q=%25", vec![]),
            ("q=bob%40", vec!["bob"]),
            ("is_active=false", vec!["bob"]),
            ("is_active=true&q=ada", vec!["ada"]),
            ("is_active=1&q=b", vec![]),
        ] {
            let page: Value =
                admin.get(&format!("/api/v1/users?sort=username&{query}")).await.assert_status(200).json();
            assert_eq!(names(&page), found, "{query}");
        }
        admin.get("/api/v1/users?q=%00").await.assert_invalid(&[("query.q", "string_nul")]);
        admin.delete(&bob).await.assert_status(204);
        let page: Value = admin.get("/api/v1/users?q=ada").await.json();
        assert_eq!(names(&page), ["ada"]);
    }

    #[fastrail::test]
    async fn it_needs_a_token_and_the_permission() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "GET", "/api/v1/users?page=0").await;
    }
}

mod list_users_by {
    use super::*;

    #[fastrail::test]
    async fn filters_narrow_the_list_together() {
        let api = TestApi::new().await;
        api.as_user("ada").await;
        api.test.clock.advance(TimeDelta::days(1));
        api.client.post("/api/v1/auth/register").json(new_user("bob")).await.assert_status(201);
        let admin = api.as_admin().await;
        admin.delete(&path_of(&api, "bob").await).await.assert_status(204);
        for (query, expected) in [
            ("role=user&sort=username", vec!["ada", "admin"]),
            ("role=admin", vec!["admin"]),
            ("role=wizard", vec![]),
            ("include_deleted=true&sort=username", vec!["ada", "admin", "bob"]),
            ("created_from=2026-11-22T12:00:00Z&include_deleted=true", vec!["bob"]),
            ("created_before=2026-11-22T12:00:00Z&q=ad&role=user&sort=-username", vec!["admin", "ada"]),
        ] {
            let page: Value = admin.get(&format!("/api/v1/users?{query}")).await.assert_status(200).json();
            assert_eq!(names(&page), expected, "{query}");
        }
        let page: Value = admin.get("/api/v1/users?include_deleted=true&q=bob").await.json();
        assert_eq!(page["items"][0]["deleted_at"], "2026-11-22T12:00:00Z");
        for (query, place, code) in [
            ("role=A", "query.role", "string_pattern_mismatch"),
            ("created_from=yesterday", "query.created_from", "datetime_from_date_parsing"),
            ("include_deleted=perhaps", "query.include_deleted", "bool_parsing"),
        ] {
            admin.get(&format!("/api/v1/users?{query}")).await.assert_invalid(&[(place, code)]);
        }
    }
}

mod export_users {
    use super::*;

    const EXPORT: &str = "/api/v1/users/export.csv";

    #[fastrail::test]
    async fn every_user_is_a_row_and_no_cell_is_a_formula() {
        let api = TestApi::new().await;
        let ada = api.as_user("ada").await;
        ada.patch(ME).json(json!({ "full_name": "=HYPERLINK(\"https://evil.example\")" })).await.assert_status(200);
        let minus = api.as_user("-minus").await;
        minus.delete(ME).await.assert_status(204);
        let admin = api.as_admin().await;
        let table = admin.get(EXPORT).await;
        table.assert_status(200).assert_header("content-type", "text/csv; charset=utf-8");
        table.assert_header("content-disposition", "attachment; filename=\"users.csv\"");
        let text = table.text().to_owned();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "id,username,email,full_name,is_active,created_at,updated_at,deleted_at");
        assert_eq!(lines.len(), 4, "{text}");
        let id = api.id_of("ada").await;
        let row = format!(
            "{id},ada,ada@example.com,\"'=HYPERLINK(\"\"https://evil.example\"\")\",true,2026-11-21T12:00:00Z,\
             2026-11-21T12:00:00Z,"
        );
        assert!(lines.contains(&row.as_str()), "{row}\n{text}");
        let all = admin.get(&format!("{EXPORT}?include_deleted=true")).await;
        assert!(all.text().contains(",'-minus,") && !all.text().contains("argon2"), "{}", all.text());
        let some = admin.get(&format!("{EXPORT}?q=ada&role=user")).await;
        assert_eq!(some.text().lines().count(), 2);
        let none = admin.get(&format!("{EXPORT}?q=nobody")).await;
        assert_eq!(none.text(), format!("{}\r\n", lines[0]));
    }

    #[fastrail::test]
    async fn a_table_longer_than_a_batch_is_whole() {
        let api = TestApi::new().await;
        let session = api.test.app.database.session();
        for n in 0..1_003 {
            crate::support::create_row(&session, &format!("user{n}")).await;
        }
        session.commit().await.unwrap();
        let table = api.as_admin().await.get(&format!("{EXPORT}?q=user")).await;
        let names: std::collections::BTreeSet<&str> =
            table.assert_status(200).text().lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
        assert_eq!(names.len(), 1_003);
    }

    #[fastrail::test]
    async fn it_needs_the_permission_and_known_filters() {
        let api = TestApi::new().await;
        assert_needs_the_permission(&api, "GET", EXPORT).await;
        let answer = api.as_admin().await.get(&format!("{EXPORT}?is_active=perhaps")).await;
        answer.assert_invalid(&[("query.is_active", "bool_parsing")]);
    }
}
