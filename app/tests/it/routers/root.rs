//! The root, over HTTP.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi};

mod read_root {
    use super::*;

    #[fastrail::test]
    async fn it_says_what_this_is_and_where_the_docs_are() {
        let api = TestApi::new().await;
        let expected = json!({
            "name": "Fastrail Backend API", "version": env!("CARGO_PKG_VERSION"), "docs": "/api/docs",
        });
        api.client.get("/").await.assert_status(200).assert_json(expected);
        api.client.get("/api/docs").await.assert_status(200);
    }

    #[fastrail::test]
    async fn it_names_no_docs_where_they_are_off() {
        let api = TestApi::with_settings(&[("DOCS_ENABLED", "false")]).await;
        assert_eq!(api.client.get("/").await.assert_status(200).at("/docs"), Value::Null);
    }

    #[fastrail::test]
    async fn other_methods_are_told_which_there_are() {
        let api = TestApi::new().await;
        let answer = api.client.post("/").await;
        answer.assert_problem(405, "method_not_allowed");
        answer.assert_header("allow", "GET, HEAD");
    }
}
