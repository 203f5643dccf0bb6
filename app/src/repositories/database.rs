//! The database as a whole: what writes and what reads, on SQLite or on Postgres.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend};

use super::{DatabaseError, Pool, ReadSession, Session, postgres, sqlite};
use crate::constants::database::POSTGRES_SCHEMES;

/// How to connect. Its `Debug` output leaves the URL out, which may hold a password.
#[derive(Clone)]
pub struct DatabaseOptions {
    /// Where the database is: `sqlite:` and a path, or the `postgres:` URL of a server. No
    /// database in memory: the two pools would see two different ones.
    pub url: String,
    /// The most connections; on SQLite the most that read, and one more writes.
    pub max_connections: u32,
    /// How long a statement waits for a connection before [`DatabaseError::PoolTimeout`].
    pub acquire_timeout: Duration,
    /// How long a statement waits for a lock of another process before [`DatabaseError::Busy`].
    pub busy_timeout: Duration,
    /// How long a statement may run before [`DatabaseError::Busy`]; Postgres only.
    pub statement_timeout: Duration,
    /// How long a unit of work may pause before the server ends it; Postgres only.
    pub idle_in_transaction_timeout: Duration,
}

impl std::fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("busy_timeout", &self.busy_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("idle_in_transaction_timeout", &self.idle_in_transaction_timeout)
            .finish_non_exhaustive()
    }
}

/// The database: makes [`Session`]s and [`ReadSession`]s. Cheap to clone.
///
/// On SQLite one connection writes and a pool reads; on Postgres one pool does both. Either way
/// nothing but a [`Session`] can write: other connections, or transactions, are read-only.
#[derive(Debug, Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Database {
    /// Connects to a database that was migrated before (`migrations::apply` makes a file).
    ///
    /// # Errors
    /// [`DatabaseError::Unavailable`] when there is no such file or server or it cannot be used.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, DatabaseError> {
        if POSTGRES_SCHEMES.iter().any(|scheme| options.url.starts_with(scheme)) {
            let pool = postgres::connect(options).await?;
            return Ok(Self { writer: pool.clone(), reader: pool });
        }
        let (writer, reader) = sqlite::connect(options).await?;
        Ok(Self { writer, reader })
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

    /// The pools of connections: on SQLite one that writes and one that reads.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        match self.reader.get_database_backend() {
            DbBackend::Postgres => vec![Pool::new("all", self.reader.clone())],
            _ => vec![Pool::new("write", self.writer.clone()), Pool::new("read", self.reader.clone())],
        }
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
