//! Tests of the room `migrations`.

use app::{migrations, repositories::Database};
use sea_orm::{ConnectionTrait, Statement};
use tokio::task::JoinSet;

use crate::support::{Backend, Cleanup, TestDatabase, add_user, database_options, empty_url};

async fn tables(database: &Database) -> Vec<String> {
    let read = database.read_session();
    let sql = Backend::pick(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY name",
    );
    let rows = read.query_all_raw(Statement::from_string(read.get_database_backend(), sql));
    let rows = rows.await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test]
async fn up_makes_every_table_and_down_takes_them_back() {
    let test = TestDatabase::new().await;
    let all = tables(&test.database).await;
    for table in [
        "users",
        "roles",
        "items",
        "sessions",
        "refresh_tokens",
        "signing_keys",
        "login_failures",
        "api_keys",
        "external_identities",
    ] {
        assert!(all.iter().any(|name| name == table), "{table}");
    }
    let steps = migrations::names().len();
    migrations::revert(&test.options.url, steps as u32).await.unwrap();
    assert_eq!(tables(&test.database).await, ["seaql_migrations"]);
    migrations::apply(&test.options.url).await.unwrap();
    assert_eq!(tables(&test.database).await, all);
}

#[tokio::test]
async fn every_table_has_a_version_column() {
    let test = TestDatabase::new().await;
    let read = test.database.read_session();
    for table in tables(&test.database).await {
        if table == "seaql_migrations" {
            continue;
        }
        let sql = Backend::pick(
            format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'version'"),
            format!(
                "SELECT 1 FROM information_schema.columns WHERE table_name = '{table}' AND column_name = 'version'"
            ),
        );
        let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql));
        assert!(row.await.unwrap().is_some(), "{table}");
    }
}

#[tokio::test]
async fn pending_names_what_is_missing() {
    let test = TestDatabase::new().await;
    let read = test.database.read_session();
    assert!(migrations::pending(&read).await.unwrap().is_empty());
    migrations::revert(&test.options.url, 1).await.unwrap();
    assert_eq!(migrations::pending(&read).await.unwrap(), ["m0010_create_external_identities"]);
}

#[tokio::test]
async fn pending_on_a_database_that_was_never_migrated_names_all_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    let url = empty_url(&folder);
    if let Some(path) = url.strip_prefix("sqlite:") {
        std::fs::write(path, []).unwrap();
    }
    let database = Database::connect(&database_options(url)).await.unwrap();
    let pending = migrations::pending(&database.read_session()).await.unwrap();
    assert_eq!(pending, migrations::names());
    assert!(tables(&database).await.is_empty());
}

#[tokio::test]
async fn an_older_binary_starts_beside_a_newer_schema() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    session.execute_unprepared(sql).await.unwrap();
    session.commit().await.unwrap();
    migrations::apply(&test.options.url).await.unwrap();
    let read = test.database.read_session();
    assert!(migrations::pending(&read).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    // On SQLite the folder around the file is made too.
    let url = empty_url(&folder).replace("/app.db", "/new/app.db");
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        starts.spawn(async move { migrations::apply(&url).await });
    }
    while let Some(result) = starts.join_next().await {
        result.unwrap().unwrap();
    }
    let database = Database::connect(&database_options(url)).await.unwrap();
    assert!(migrations::pending(&database.read_session()).await.unwrap().is_empty());
}

#[tokio::test]
async fn data_survives_another_start() {
    let test = TestDatabase::new().await;
    add_user(&test.database, "ada").await;
    migrations::apply(&test.options.url).await.unwrap();
    assert_eq!(test.count_users().await, 1);
}
