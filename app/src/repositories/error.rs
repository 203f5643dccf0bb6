//! What can go wrong with the database, sorted by what a caller can do about it.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, sqlx};

use super::constraints::{FOREIGN_KEY, unique_name};

/// The message by which a [`Session`](super::Session) tells its own errors through SeaORM.
pub(super) const ABORTED: &str = "fastrail: session aborted";
pub(super) const FINISHED: &str = "fastrail: session finished";
pub(super) const READ_ONLY: &str = "fastrail: read session";

/// What went wrong with the database.
///
/// Its texts are for logs. They hold names of tables and columns, never values of rows.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// A row would break a constraint; see the constants of this room for names. A conflict.
    #[error("constraint {name} is broken")]
    Constraint {
        /// The constraint's stable name.
        name: String,
    },
    /// The row was changed or deleted since it was read. A conflict.
    #[error("the row was changed since it was read")]
    Stale,
    /// No connection became free in time. Temporary.
    #[error("no connection became free in time")]
    PoolTimeout,
    /// Another process holds the database's lock. Temporary.
    #[error("the database is locked by another process")]
    Busy,
    /// The database cannot be reached or its disk fails. Temporary, one hopes.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// An earlier statement of this session failed or was cancelled, so it can only roll back.
    #[error("an earlier statement of this session failed")]
    Aborted,
    /// The session was committed or rolled back before. A defect of the caller.
    #[error("the session is finished")]
    Finished,
    /// A write through a read session. A defect of the caller.
    #[error("a read session cannot write")]
    ReadOnly,
    /// Anything else; a defect.
    #[error("the database refused a statement")]
    Other(#[source] DbErr),
}

impl DatabaseError {
    /// Whether it is this constraint that is broken.
    #[must_use]
    pub fn is_constraint(&self, wanted: &str) -> bool {
        matches!(self, Self::Constraint { name } if name == wanted)
    }
}

impl From<DbErr> for DatabaseError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => {
                let name = unique_name(&message);
                return Self::Constraint { name };
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                let name = FOREIGN_KEY.to_owned();
                return Self::Constraint { name };
            }
            _ => {}
        }
        match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::PoolTimeout,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Self::Unavailable(error),
            DbErr::Custom(message) if message == ABORTED => Self::Aborted,
            DbErr::Custom(message) if message == FINISHED => Self::Finished,
            DbErr::Custom(message) if message == READ_ONLY => Self::ReadOnly,
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => match condition(cause) {
                Condition::Busy => Self::Busy,
                Condition::Unavailable => Self::Unavailable(error),
                Condition::Refused => Self::Other(error),
            },
            DbErr::Conn(_) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

enum Condition {
    Busy,
    Unavailable,
    Refused,
}

/// Sorts a driver's error by SQLite's primary result code (<https://www.sqlite.org/rescode.html>),
/// which is the low byte of the extended one.
fn condition(error: &sqlx::Error) -> Condition {
    let code = match error {
        sqlx::Error::Database(database) => database.code(),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => {
            return Condition::Unavailable;
        }
        _ => return Condition::Refused,
    };
    let primary = code.and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
    match primary {
        // SQLITE_BUSY, SQLITE_LOCKED
        Some(5 | 6) => Condition::Busy,
        // SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN
        Some(10 | 13 | 14) => Condition::Unavailable,
        _ => Condition::Refused,
    }
}
