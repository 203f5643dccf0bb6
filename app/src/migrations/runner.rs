//! Applies and reverts the steps, and tells which are missing.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement, sqlx};
use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait, seaql_migrations};

use super::{
    connection, m0001_create_users, m0002_create_roles, m0003_create_items, m0004_create_sessions,
    m0005_create_signing_keys, m0006_rotate_signing_keys, m0007_describe_sessions, m0008_create_login_failures,
    m0009_create_api_keys, m0010_create_external_identities,
};

/// Where each database says whether there is the list of applied steps.
const LIST_ON_SQLITE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'";
const LIST_ON_POSTGRES: &str = "SELECT 1 WHERE to_regclass('seaql_migrations') IS NOT NULL";

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_create_users::Migration),
            Box::new(m0002_create_roles::Migration),
            Box::new(m0003_create_items::Migration),
            Box::new(m0004_create_sessions::Migration),
            Box::new(m0005_create_signing_keys::Migration),
            Box::new(m0006_rotate_signing_keys::Migration),
            Box::new(m0007_describe_sessions::Migration),
            Box::new(m0008_create_login_failures::Migration),
            Box::new(m0009_create_api_keys::Migration),
            Box::new(m0010_create_external_identities::Migration),
        ]
    }
}

/// Why the schema could not be brought to where it should be.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// `DATABASE_URL` names neither a SQLite file nor a Postgres database.
    #[error("DATABASE_URL names neither a SQLite file nor a Postgres database")]
    Url,
    /// The server does not answer, or does not let us in.
    #[error("the Postgres server {server} cannot be used")]
    Unreachable {
        /// Its address and the database's name; never the password.
        server: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The server did not answer in time.
    #[error("the Postgres server {server} does not answer")]
    NoAnswer {
        /// Its address and the database's name.
        server: String,
    },
    /// The folder of the database could not be made.
    #[error("the folder of the database cannot be made")]
    Folder(#[source] std::io::Error),
    /// The database refused.
    #[error("the database refused a migration")]
    Database(#[from] DbErr),
}

/// Every step's name, in order.
#[must_use]
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// The names of the steps that this binary knows and the database lacks; empty when it is ready.
///
/// Writes nothing. Steps that only the database knows are no fault: during a rolling update the
/// old binary runs beside the newer schema.
///
/// # Errors
/// [`DbErr`] when the database does not answer.
pub async fn pending<C: ConnectionTrait>(connection: &C) -> Result<Vec<String>, DbErr> {
    // A database that was never migrated lacks the list itself.
    let backend = connection.get_database_backend();
    let list = if backend == DbBackend::Postgres { LIST_ON_POSTGRES } else { LIST_ON_SQLITE };
    let list = Statement::from_string(backend, list);
    let applied: BTreeSet<String> = if connection.query_one_raw(list).await?.is_some() {
        let rows = seaql_migrations::Entity::find().all(connection).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        BTreeSet::new()
    };
    let mut missing = names();
    missing.retain(|name| !applied.contains(name));
    Ok(missing)
}

/// Applies every pending step, and makes the folder and the file of a SQLite database when missing.
///
/// Safe to be run by several processes at once: the steps run in one transaction which shuts the
/// others out (`BEGIN IMMEDIATE` on SQLite, an advisory lock on Postgres), and what is pending is
/// asked inside it. Those who come second wait up to a minute and find nothing left to do; a
/// process which dies halfway leaves nothing behind.
///
/// # Errors
/// [`MigrationError`]; the schema is then as it was.
pub async fn apply(database_url: &str) -> Result<(), MigrationError> {
    run(database_url, Direction::Up).await
}

/// Takes back the last `steps` steps, in one transaction as well. Their data is gone.
///
/// # Errors
/// [`MigrationError`]; the schema is then as it was.
pub async fn revert(database_url: &str, steps: u32) -> Result<(), MigrationError> {
    run(database_url, Direction::Down(steps)).await
}

enum Direction {
    Up,
    Down(u32),
}

async fn run(database_url: &str, direction: Direction) -> Result<(), MigrationError> {
    let connection = connection::open(database_url).await?;
    let result = run_in_transaction(&connection, direction).await;
    connection.close().await?;
    result
}

async fn run_in_transaction(
    connection: &sea_orm::DatabaseConnection,
    direction: Direction,
) -> Result<(), MigrationError> {
    let transaction = connection::begin_locked(connection).await?;
    match direction {
        Direction::Up if pending(&transaction).await?.is_empty() => {}
        Direction::Up => Migrator::up(&transaction, None).await?,
        Direction::Down(steps) => Migrator::down(&transaction, Some(steps)).await?,
    }
    transaction.commit().await?;
    Ok(())
}
