//! Connections to SQLite: one that writes, a pool that reads.
//!
//! SQLite has one writer at a time. Two connections that both write fail with "database is
//! locked" in spite of its busy timeout as soon as one of them has read first, so all writing of
//! this process goes through **one** connection, each transaction starts with `BEGIN IMMEDIATE`,
//! and those who wait do so in the pool's queue. Readers have a pool of their own that is opened
//! read-only; in WAL mode they and the writer do not wait for each other.

use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, SqliteTransactionMode, TransactionOptions,
    sqlx::{
        Connection as _, Executor as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use super::DatabaseOptions;

/// Opens the writer and the readers.
pub(super) async fn connect(options: &DatabaseOptions) -> Result<(DatabaseConnection, DatabaseConnection), DbErr> {
    let writer = sea_orm::Database::connect(writer_options(options)).await?;
    let reader = sea_orm::Database::connect(reader_options(options)).await?;
    Ok((writer, reader))
}

/// How a unit of work begins.
pub(super) fn transaction() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn common_options(options: &DatabaseOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        // A ping tells nothing about a local file; the writer has a better check below.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    connect
}

fn writer_options(options: &DatabaseOptions) -> ConnectOptions {
    let busy_timeout = options.busy_timeout;
    let mut connect = common_options(options);
    connect
        .max_connections(1)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .foreign_keys(true)
                .busy_timeout(busy_timeout)
                .journal_mode(SqliteJournalMode::Wal)
                // An answered write survives a power cut; WAL's usual NORMAL does not promise it.
                .synchronous(SqliteSynchronous::Full)
        })
        .map_sqlx_sqlite_before_acquire(|connection, _| {
            Box::pin(async move {
                // A `begin` that is cancelled can leave a transaction open (sqlx #4385, #4393).
                // Outside of one this fails, which is the usual case; the connection's own count
                // decides whether it may be handed out.
                let _ = connection.execute("ROLLBACK").await;
                Ok(!connection.is_in_transaction())
            })
        });
    connect
}

fn reader_options(options: &DatabaseOptions) -> ConnectOptions {
    let busy_timeout = options.busy_timeout;
    let mut connect = common_options(options);
    connect.max_connections(options.max_connections).map_sqlx_sqlite_opts(move |sqlite| {
        sqlite.foreign_keys(true).busy_timeout(busy_timeout).read_only(true).pragma("query_only", "ON")
    });
    connect
}
