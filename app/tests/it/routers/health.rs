//! The probes, over HTTP.

use serde_json::json;

use crate::support::{Answer, TestApi};

/// What asks the database is 503 while that is away or behind, tells why, and comes back.
async fn follows_the_database(path: &str) {
    let api = TestApi::new().await;
    api.client.get(path).await.assert_status(200).assert_json(json!({ "status": "ok" }));
    api.client.get(path).await.assert_header("cache-control", "no-store");

    api.execute("UPDATE seaql_migrations SET version = 'away' WHERE version = 'm0010_create_external_identities'")
        .await;
    let behind = api.client.get(path).await;
    let body = behind.assert_problem(503, "migrations_pending");
    assert_eq!(body["detail"], "Migrations have not been applied: m0010_create_external_identities");
    behind.assert_header("retry-after", "5");
    api.execute("UPDATE seaql_migrations SET version = 'm0010_create_external_identities' WHERE version = 'away'")
        .await;
    api.client.get(path).await.assert_status(200);

    api.test.app.database.close().await.unwrap();
    let away = api.client.get(path).await;
    away.assert_problem(503, "database_unavailable");
    away.assert_header("retry-after", "5");
}

mod read_health {
    use super::*;

    #[fastrail::test]
    async fn it_is_well_as_long_as_the_database_is() {
        follows_the_database("/health").await;
    }
}

mod read_liveness {
    use super::*;

    #[fastrail::test]
    async fn it_asks_nobody_else() {
        let api = TestApi::new().await;
        api.test.app.database.close().await.unwrap();
        api.client.get("/health/live").await.assert_status(200).assert_json(json!({ "status": "ok" }));
    }
}

mod read_readiness {
    use super::*;

    #[fastrail::test]
    async fn it_is_ready_as_long_as_the_database_is() {
        follows_the_database("/health/ready").await;
    }
}

mod read_startup {
    use super::*;

    #[fastrail::test]
    async fn it_has_started_once_the_database_can_be_used() {
        follows_the_database("/health/startup").await;
    }
}
