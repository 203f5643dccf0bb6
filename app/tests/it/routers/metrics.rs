//! `/metrics`, over HTTP.

use crate::support::{Answer, TestApi};

mod read_metrics {
    use super::*;

    #[fastrail::test]
    async fn administrators_read_it_and_nobody_else() {
        let api = TestApi::new().await;
        api.client.get("/metrics").await.assert_problem(401, "not_authenticated");
        api.as_user("ada").await.get("/metrics").await.assert_problem(403, "forbidden");
        let page = api.as_admin().await.get("/metrics").await;
        page.assert_status(200).assert_header("content-type", "text/plain; version=0.0.4; charset=utf-8");
        let text = page.text();
        for series in
            ["http_requests_total{method=\"GET\",route=\"/metrics\",status=\"4xx\"} 2", "db_pool_connections{pool="]
        {
            assert!(text.contains(series), "{series} in {text}");
        }
        assert!(api.client.openapi()["paths"].get("/metrics").is_none());
    }

    #[fastrail::test]
    async fn it_is_not_here_where_it_has_a_port() {
        let api = TestApi::with_settings(&[("METRICS__PORT", "9464")]).await;
        api.as_admin().await.get("/metrics").await.assert_problem(404, "not_found");
    }
}
