//! The connection that migrations run on, and the lock that lets one process at a time run them.

use std::path::Path;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{
        Connection,
        postgres::{PgConnectOptions, PgConnection},
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use super::MigrationError;
use crate::constants::database::{APPLICATION_NAME, MIGRATION_LOCK, POSTGRES_SCHEMES};

/// How long a starting process waits for another one that is migrating.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// How long it leaves a file alone that another process is opening.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How long a step waits for a table that requests use. While it waits, new requests queue up
/// behind it: better that the start fails and is tried again than that the service stands still.
const TABLE_LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may take for its first answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens one connection, and makes the folder and the file of a SQLite database when missing.
pub(super) async fn open(database_url: &str) -> Result<DatabaseConnection, MigrationError> {
    if POSTGRES_SCHEMES.iter().any(|scheme| database_url.starts_with(scheme)) {
        open_postgres(database_url).await
    } else {
        open_sqlite(database_url).await
    }
}

/// Begins a transaction that no other process migrates beside.
pub(super) async fn begin_locked(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
    let sqlite_transaction_mode = (!is_postgres).then_some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
    let transaction = connection.begin_with_options(options).await?;
    if is_postgres {
        set_lock_timeout(&transaction, BUSY_TIMEOUT).await?;
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        set_lock_timeout(&transaction, TABLE_LOCK_TIMEOUT).await?;
    }
    Ok(transaction)
}

async fn set_lock_timeout(transaction: &DatabaseTransaction, timeout: Duration) -> Result<(), DbErr> {
    transaction.execute_unprepared(&format!("SET LOCAL lock_timeout = {}", timeout.as_millis())).await?;
    Ok(())
}

async fn open_postgres(database_url: &str) -> Result<DatabaseConnection, MigrationError> {
    let server: PgConnectOptions = database_url.parse().map_err(|_| MigrationError::Url)?;
    // A pool would try again until its time is over, and then say no more than that it is.
    let first = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&server)).await;
    let server = shown(&server);
    let outcome = match first {
        Ok(Ok(connection)) => connection.close().await,
        Ok(Err(error)) => Err(error),
        Err(_) => return Err(MigrationError::NoAnswer { server }),
    };
    outcome.map_err(|source| MigrationError::Unreachable { server, source })?;
    let mut options = ConnectOptions::new(database_url);
    options
        .max_connections(1)
        .acquire_timeout(CONNECT_TIMEOUT)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|postgres| postgres.application_name(APPLICATION_NAME));
    Ok(Database::connect(options).await?)
}

/// Where the server is and which database is meant, without the password.
fn shown(server: &PgConnectOptions) -> String {
    let place = match server.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => server.get_host().to_owned(),
    };
    let database = server.get_database().unwrap_or_else(|| server.get_username());
    format!("{place}:{}/{database}", server.get_port())
}

async fn open_sqlite(database_url: &str) -> Result<DatabaseConnection, MigrationError> {
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
    let until = Instant::now() + BUSY_TIMEOUT;
    loop {
        match Database::connect(options.clone()).await {
            // Whoever makes a file one with a write-ahead log is told at once that another process has it open: SQLite
            // waits for nobody there.
            Err(error) if is_busy(&error) && Instant::now() < until => tokio::time::sleep(BUSY_PAUSE).await,
            outcome => return Ok(outcome?),
        }
    }
}

/// `SQLITE_BUSY`, the low byte of a result code (<https://www.sqlite.org/rescode.html>).
fn is_busy(error: &DbErr) -> bool {
    let DbErr::Conn(RuntimeErr::SqlxError(cause)) = error else { return false };
    let code = cause.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// The database holds hashes of passwords: a folder that is made for it is its owner's alone.
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
