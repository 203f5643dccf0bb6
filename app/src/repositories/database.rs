//! The database as a whole: one connection that writes and a pool that reads.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::{
        Connection as _, Executor as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{DatabaseError, ReadSession, Session};

/// How to connect. Its `Debug` output leaves the URL out, which may hold a password.
#[derive(Clone)]
pub struct DatabaseOptions {
    /// Where the database is: `sqlite:` and a path. No database in memory: the two pools would
    /// see two different ones.
    pub url: String,
    /// The most connections that read.
    pub max_connections: u32,
    /// How long a statement waits for a connection before [`DatabaseError::PoolTimeout`].
    pub acquire_timeout: Duration,
    /// How long a statement waits for another process before [`DatabaseError::Busy`].
    pub busy_timeout: Duration,
}

impl std::fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("busy_timeout", &self.busy_timeout)
            .finish_non_exhaustive()
    }
}

/// The database: makes [`Session`]s and [`ReadSession`]s. Cheap to clone.
///
/// SQLite has one writer at a time. Two connections that both write fail with "database is
/// locked" in spite of its busy timeout as soon as one of them has read first, so all writing of
/// this process goes through **one** connection, each transaction starts with `BEGIN IMMEDIATE`,
/// and those who wait do so in the pool's queue. Readers have a pool of their own that is opened
/// read-only; in WAL mode they and the writer do not wait for each other.
#[derive(Debug, Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Database {
    /// Connects to a database that was migrated before (`migrations::apply` makes the file).
    ///
    /// # Errors
    /// [`DatabaseError::Unavailable`] when there is no such file or it cannot be opened.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, DatabaseError> {
        Ok(Self {
            writer: sea_orm::Database::connect(writer_options(options)).await?,
            reader: sea_orm::Database::connect(reader_options(options)).await?,
        })
    }

    /// Makes a unit of work. It takes no connection before its first statement.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(self.writer.clone())
    }

    /// Makes a way to read. It takes a connection for each statement, and holds none between.
    #[must_use]
    pub fn read_session(&self) -> ReadSession {
        ReadSession::new(self.reader.clone())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`DatabaseError`] when there is none.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        Ok(self.reader.ping().await?)
    }

    /// Waits until every connection is back and closes both pools. Sessions that come later get
    /// [`DatabaseError::Unavailable`].
    ///
    /// # Errors
    /// [`DatabaseError`] when a pool does not close.
    pub async fn close(&self) -> Result<(), DatabaseError> {
        self.reader.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
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
