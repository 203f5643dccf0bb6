//! What a developer wants to know.

mod read_debug_info {
    use serde_json::Value;

    use crate::support::TestApi;

    #[tokio::test]
    async fn it_is_there_with_debug_alone() {
        let api = TestApi::with_settings(&[("DEBUG", "true")]).await;
        let answer = api.client.get("/debug/info").await;
        answer.assert_status(200);
        assert_eq!(answer.json::<Value>()["environment"], "development");
        let timing = answer.headers()["server-timing"].to_str().unwrap();
        assert!(timing.starts_with("app;dur="), "{timing}");
        let api = TestApi::new().await;
        let answer = api.client.get("/debug/info").await;
        answer.assert_status(404);
        assert!(answer.headers().get("server-timing").is_none());
    }
}
