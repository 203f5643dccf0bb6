//! What only a server does: timeouts, lost backends, transactions side by side.

use std::time::Duration;

use app::{
    models::RoleName,
    repositories::{DatabaseError, ReadSession, RoleRepository, UserRepository},
    services::users::UserError,
};
use sea_orm::{ConnectionTrait, Statement};

use super::sessions::stale_transactions;
use crate::support::{Backend, TestApplication, TestDatabase, cancel_after, create_row, user_row};

fn is_here() -> bool {
    Backend::is_wanted(Backend::Postgres, "SQLite has neither backends nor two writers at once")
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_busy() {
    if !is_here() {
        return;
    }
    let test = TestDatabase::with(|options| options.statement_timeout = Duration::from_millis(20)).await;
    let session = test.database.session();
    let error = session.execute_unprepared("SELECT pg_sleep(60)").await.unwrap_err();
    assert!(matches!(DatabaseError::from(error), DatabaseError::Busy));
    assert!(matches!(session.commit().await, Err(DatabaseError::Aborted)));
}

#[tokio::test]
async fn a_unit_of_work_that_pauses_too_long_is_ended_and_never_a_success() {
    if !is_here() {
        return;
    }
    let test = TestDatabase::with(|options| options.idle_in_transaction_timeout = Duration::from_millis(20)).await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    let start = std::time::Instant::now();
    while stale_transactions(&test.database).await > 0 {
        assert!(start.elapsed() < Duration::from_secs(30));
    }
    let error = session.commit().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    assert_eq!(test.count_users().await, 0);
}

#[tokio::test]
async fn a_lost_backend_is_unavailable_once_and_the_next_unit_of_work_is_well() {
    if !is_here() {
        return;
    }
    let test = TestDatabase::new().await;
    let session = test.database.session();
    create_row(&session, "ada").await;
    let read = test.database.read_session();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    let error = session.commit().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    crate::support::add_user(&test.database, "bob").await;
    assert_eq!(test.count_users().await, 1);
}

/// The time of the transaction that a statement runs in.
async fn time(read: &ReadSession) -> String {
    let sql = "SELECT CAST(now() AS text) AS time";
    let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await;
    row.unwrap().unwrap().try_get("", "time").unwrap()
}

#[tokio::test]
async fn a_cancelled_begin_leaves_no_transaction_on_the_connection_that_is_handed_out_next() {
    if !is_here() {
        return;
    }
    let test = TestDatabase::with(|options| options.max_connections = 1).await;
    let read = test.database.read_session();
    let mut cancelled = 0;
    for polls in (0..8).cycle().take(200) {
        let session = test.database.session();
        let users = UserRepository::new(session);
        cancelled += u32::from(cancel_after(polls, users.get_by_login("ada")).await.is_none());
        drop(users);
        // Inside of a transaction the time stands still.
        let (first, second) = (time(&read).await, time(&read).await);
        assert_ne!(first, second, "after {polls} polls");
    }
    assert!(cancelled > 0);
}

#[tokio::test]
async fn two_administrators_cannot_shut_each_other_out_at_once() {
    if !is_here() {
        return;
    }
    let test = TestApplication::new().await;
    let root = test.whoami("root@example.com").await;
    let ada = test.admin("ada").await;
    let (one, two) = (test.app.database.session(), test.app.database.session());
    test.app.users(one.clone()).delete(ada.id).await.unwrap();
    let users = test.app.users(two.clone());
    let second = tokio::spawn(async move { users.delete(root.id).await });
    let read = test.app.database.read_session();
    let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = Statement::from_string(read.get_database_backend(), sql);
    while read.query_one_raw(waiting.clone()).await.unwrap().is_none() {
        assert!(!second.is_finished(), "it should wait for the first");
    }
    one.commit().await.unwrap();
    assert!(matches!(second.await.unwrap(), Err(UserError::LastAdmin)));
    two.rollback().await.unwrap();
    let roles = RoleRepository::new(test.app.database.read_session());
    let admin = roles.get_by_name(&RoleName::ADMIN).await.unwrap().unwrap();
    assert_eq!(roles.count_active_users(admin.id).await.unwrap(), 1);
}

#[tokio::test]
async fn a_deadlock_is_busy_for_one_and_the_other_goes_on() {
    if !is_here() {
        return;
    }
    let test = TestDatabase::new().await;
    let (ada, bob) = (user_row("ada"), user_row("bob"));
    for user in [&ada, &bob] {
        let session = test.database.session();
        UserRepository::new(session.clone()).create(user.clone()).await.unwrap();
        session.commit().await.unwrap();
    }
    let (one, two) = (test.database.session(), test.database.session());
    let (first, second) = (UserRepository::new(one.clone()), UserRepository::new(two.clone()));
    first.lock_by_id(ada.id).await.unwrap();
    second.lock_by_id(bob.id).await.unwrap();
    let cross = |users: UserRepository<_>, session: app::repositories::Session, id| async move {
        let outcome = users.lock_by_id(id).await;
        // The other one waits for this one to end.
        session.rollback().await.unwrap();
        outcome
    };
    let outcomes = tokio::join!(cross(first, one, bob.id), cross(second, two, ada.id));
    let failed: Vec<DatabaseError> = [outcomes.0, outcomes.1].into_iter().filter_map(Result::err).collect();
    assert!(matches!(failed.as_slice(), [DatabaseError::Busy]), "{failed:?}");
}
