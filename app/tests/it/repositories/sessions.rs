//! The units of work: what is kept, what is not, and who waits for whom.

use std::time::Duration;

use app::repositories::{Database, DatabaseError, ItemRepository, UserRepository};
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use super::items::{item, nobody};
use crate::support::{Backend, TestDatabase, add_user, cancel_after, create_row, is_long, missing_url, user_row};

/// How many transactions of this test's database wait for nobody, as the server sees it.
pub(super) async fn stale_transactions(database: &Database) -> i64 {
    if Backend::current() == Backend::Sqlite {
        return 0;
    }
    let read = database.read_session();
    let sql = "SELECT count(*) AS count FROM pg_stat_activity \
               WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let row = read.query_one_raw(sea_orm::Statement::from_string(read.get_database_backend(), sql));
    row.await.unwrap().unwrap().try_get("", "count").unwrap()
}

#[tokio::test]
async fn a_commit_keeps_everything() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    create_row(&session, "bob").await;
    assert_eq!(test.count_users().await, 0, "nobody sees it before");
    session.commit().await.unwrap();
    assert_eq!(test.count_users().await, 2);
}

#[tokio::test]
async fn a_rollback_keeps_nothing() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    session.rollback().await.unwrap();
    assert_eq!(test.count_users().await, 0);
}

#[tokio::test]
async fn a_dropped_session_keeps_nothing_and_frees_the_connection() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    drop(session);
    add_user(&test.database, "bob").await;
    assert_eq!(test.count_users().await, 1);
}

#[tokio::test]
async fn a_session_takes_no_connection_before_its_first_statement() {
    let test = TestDatabase::with(|options| options.max_connections = 1).await;
    let idle: Vec<_> = (0..10).map(|_| test.database.session()).collect();
    add_user(&test.database, "ada").await;
    for session in idle {
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_finished_session_refuses_everything() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    let clone = session.clone();
    session.commit().await.unwrap();
    let users = UserRepository::new(clone.clone());
    let statement = users.create(user_row("ada")).await;
    assert!(matches!(statement, Err(DatabaseError::Finished)));
    assert!(matches!(clone.commit().await, Err(DatabaseError::Finished)));
    assert!(matches!(clone.rollback().await, Err(DatabaseError::Finished)));
}

#[tokio::test]
async fn after_a_failed_statement_a_session_can_only_roll_back() {
    let test = TestDatabase::new().await;
    add_user(&test.database, "ada").await;
    let session = test.database.session();
    let users = UserRepository::new(session.clone());
    users.create(user_row("bob")).await.unwrap();
    assert!(users.create(user_row("ada")).await.is_err());
    let next = users.create(user_row("cyd")).await;
    assert!(matches!(next, Err(DatabaseError::Aborted)), "{next:?}");
    assert!(matches!(session.commit().await, Err(DatabaseError::Aborted)));
    assert_eq!(test.count_users().await, 1);
}

#[tokio::test]
async fn a_commit_that_fails_is_an_error_and_keeps_nothing() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    let later = Backend::pick(
        "PRAGMA defer_foreign_keys = ON",
        "ALTER TABLE items ALTER CONSTRAINT items_owner_id_fk DEFERRABLE INITIALLY DEFERRED",
    );
    session.execute_unprepared(later).await.unwrap();
    let items = ItemRepository::new(session.clone());
    items.create(item(nobody(), "Orphan", "1")).await.unwrap();
    assert!(session.commit().await.is_err());
    assert_eq!(test.count_users().await, 0);
    add_user(&test.database, "bob").await;
    assert_eq!(test.count_users().await, 1);
}

#[tokio::test]
async fn a_read_session_cannot_write() {
    let test = TestDatabase::new().await;
    let read = test.database.read_session();
    assert!(read.execute_unprepared("DELETE FROM users").await.is_err());
    let sql = "DELETE FROM users RETURNING id";
    let backend = read.get_database_backend();
    let sneaky = read.query_all_raw(sea_orm::Statement::from_string(backend, sql));
    let error = DatabaseError::from(sneaky.await.unwrap_err());
    assert!(matches!(error, DatabaseError::ReadOnly), "{error:?}");
}

#[tokio::test]
async fn a_pool_that_stays_empty_is_an_error_of_its_own() {
    let test = TestDatabase::with(|options| {
        options.max_connections = 1;
        options.acquire_timeout = Duration::from_secs(1);
    })
    .await;
    let holder = test.database.session();
    create_row(&holder, "ada").await;
    let waiting = UserRepository::new(test.database.session());
    let error = waiting.create(user_row("bob")).await.unwrap_err();
    assert!(matches!(error, DatabaseError::PoolTimeout), "{error:?}");
    holder.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_of_two_instances_that_read_first_never_find_the_database_locked() {
    let test = TestDatabase::new().await;
    let instances = [test.database.clone(), Database::connect(&test.options).await.unwrap()];
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let database = instances[writer % 2].clone();
        writers.spawn(async move {
            for round in 0..25 {
                let session = database.session();
                let users = UserRepository::new(session.clone());
                let name = format!("w{writer}-{round}");
                assert!(users.get_by_login(&name).await.unwrap().is_none());
                users.create(user_row(&name)).await.unwrap();
                session.commit().await.unwrap();
            }
        });
    }
    while let Some(result) = writers.join_next().await {
        result.unwrap();
    }
    assert_eq!(test.count_users().await, 200);
}

#[tokio::test]
async fn a_lock_that_another_process_holds_is_busy() {
    let test = TestDatabase::new().await;
    let mut options = test.options.clone();
    options.busy_timeout = Duration::from_millis(20);
    let other = Database::connect(&options).await.unwrap();
    let holder = test.database.session();
    create_row(&holder, "ada").await;
    let users = UserRepository::new(other.session());
    // On SQLite any row would do; on Postgres the same name waits for what becomes of the first.
    let error = users.create(user_row("ada")).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Busy), "{error:?}");
}

#[tokio::test]
async fn a_missing_database_is_unavailable_and_not_made() {
    let test = TestDatabase::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut options = test.options.clone();
    options.url = missing_url(&folder);
    let error = Database::connect(&options).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_requests_leave_no_transaction_and_lose_no_acknowledged_write() {
    let test = TestDatabase::new().await;
    let (mut acknowledged, mut cancelled) = (Vec::new(), 0);
    let rounds = if is_long() { 10_000 } else { 1000 };
    for round in 0..rounds {
        let name = format!("request{round}");
        let session = test.database.session();
        let users = UserRepository::new(session.clone());
        let request = async {
            users.create(user_row(&name)).await?;
            session.commit().await
        };
        match cancel_after(round % 16, request).await {
            Some(outcome) => {
                outcome.unwrap();
                acknowledged.push(name);
            }
            None => cancelled += 1,
        }
    }
    assert!(!acknowledged.is_empty() && cancelled > 0);

    let stale = stale_transactions(&test.database).await;
    if Backend::current() == Backend::Postgres {
        let read = test.database.read_session();
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        read.query_all_raw(sea_orm::Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    }
    // A transaction that was left open would swallow this one's end and the writes above it.
    let session = test.database.session();
    create_row(&session, "last").await;
    session.rollback().await.unwrap();
    let fresh = Database::connect(&test.options).await.unwrap();
    let users = UserRepository::new(fresh.read_session());
    assert!(users.get_by_login("last").await.unwrap().is_none());
    let mut lost = 0;
    for name in &acknowledged {
        lost += u32::from(users.get_by_login(name).await.unwrap().is_none());
    }
    println!(
        "{:?}: {rounds} units of work, {} acknowledged, {cancelled} cancelled after 0 to 15 polls; \
         stale transactions: {stale}, acknowledged writes lost: {lost}",
        Backend::current(),
        acknowledged.len(),
    );
    assert_eq!((stale, lost), (0, 0));
}

#[tokio::test]
async fn a_session_with_a_cancelled_statement_cannot_commit() {
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
                INSERT INTO seaql_migrations SELECT CAST(i AS text), i FROM n";
    let cancelled = cancel_after(1, session.execute_unprepared(slow)).await;
    assert!(cancelled.is_none());
    assert!(matches!(session.commit().await, Err(DatabaseError::Aborted)));
    assert_eq!(test.count_users().await, 0);
}

#[tokio::test]
async fn a_closed_database_is_unavailable() {
    let test = TestDatabase::new().await;
    test.database.ping().await.unwrap();
    test.database.close().await.unwrap();
    assert!(matches!(test.database.ping().await, Err(DatabaseError::Unavailable(_))));
}

#[tokio::test]
async fn durability_and_foreign_keys_are_on() {
    if !Backend::is_wanted(Backend::Sqlite, "a Postgres server has both on, and its administrator decides") {
        return;
    }
    let test = TestDatabase::new().await;
    let session = test.database.session();
    for (pragma, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
        let sql = format!("SELECT CAST({pragma} AS TEXT) AS value FROM pragma_{pragma}");
        let backend = session.get_database_backend();
        let row = session.query_one_raw(sea_orm::Statement::from_string(backend, sql));
        let value: String = row.await.unwrap().unwrap().try_get("", "value").unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
}
