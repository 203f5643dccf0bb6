//! Applies and reverts the steps, and tells which are missing.

use std::{collections::BTreeSet, path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbErr, EntityTrait, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
    sea_query::{Expr, ExprTrait, Query},
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait, seaql_migrations};

use super::{
    m0001_create_users, m0002_create_roles, m0003_create_items, m0004_create_sessions, m0005_create_signing_keys,
};

/// How long a starting process waits for another one that is migrating.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

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
        ]
    }
}

/// Why the schema could not be brought to where it should be.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// `DATABASE_URL` does not name a SQLite file.
    #[error("DATABASE_URL does not name a SQLite file")]
    Url,
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
    // A database that was never migrated lacks the list itself. Postgres will ask its own catalogue.
    let list =
        Query::select().column("name").from("sqlite_master").and_where(Expr::col("name").eq("seaql_migrations")).take();
    let applied: BTreeSet<String> = if connection.query_one(&list).await?.is_some() {
        let rows = seaql_migrations::Entity::find().all(connection).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        BTreeSet::new()
    };
    let mut missing = names();
    missing.retain(|name| !applied.contains(name));
    Ok(missing)
}

/// Applies every pending step, and makes the folder and the file of the database when missing.
///
/// Safe to be run by several processes at once: the steps run in one `BEGIN IMMEDIATE`
/// transaction, which is SQLite's lock against every other writer, and what is pending is asked
/// inside it. Those who come second wait up to a minute and find nothing left to do; a process
/// which dies halfway leaves nothing behind. Postgres will take an advisory lock.
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
    let file: SqliteConnectOptions = database_url.parse().map_err(|_| MigrationError::Url)?;
    if let Some(folder) = file.get_filename().parent()
        && !folder.as_os_str().is_empty()
    {
        make_private_folder(folder).map_err(MigrationError::Folder)?;
    }
    let mut options = ConnectOptions::new(database_url);
    options.max_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
    });
    let connection = Database::connect(options).await?;
    let result = run_in_transaction(&connection, direction).await;
    connection.close().await?;
    result
}

/// The database holds hashes of passwords: a folder that is made for it is its owner's alone.
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

async fn run_in_transaction(
    connection: &sea_orm::DatabaseConnection,
    direction: Direction,
) -> Result<(), MigrationError> {
    let transaction = connection
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    match direction {
        Direction::Up if pending(&transaction).await?.is_empty() => {}
        Direction::Up => Migrator::up(&transaction, None).await?,
        Direction::Down(steps) => Migrator::down(&transaction, Some(steps)).await?,
    }
    transaction.commit().await?;
    Ok(())
}
