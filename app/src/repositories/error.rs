//! What can go wrong with the database, sorted by what a caller can do about it.

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    sqlx::{self, postgres::PgDatabaseError},
};

use super::constraints::{self, FOREIGN_KEY};

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
    /// Somebody else held a lock too long, the statement took too long, or it got into the way of
    /// another one: it can be tried again. Temporary.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached or its disk fails. Temporary, one hopes.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// There is no room left where the database is. Nothing was written, and reads go on.
    #[error("the disk of the database is full: make room")]
    Full,
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
        match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::PoolTimeout,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Self::Unavailable(error),
            DbErr::Custom(message) if message == ABORTED => Self::Aborted,
            DbErr::Custom(message) if message == FINISHED => Self::Finished,
            DbErr::Custom(message) if message == READ_ONLY => Self::ReadOnly,
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => match condition(cause) {
                Condition::Constraint(name) => Self::Constraint { name },
                Condition::PoolTimeout => Self::PoolTimeout,
                Condition::Busy => Self::Busy,
                Condition::Unavailable => Self::Unavailable(error),
                Condition::Full => Self::Full,
                Condition::ReadOnly => Self::ReadOnly,
                Condition::Refused => Self::Other(error),
            },
            DbErr::Conn(_) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

/// What a driver's error means.
enum Condition {
    Constraint(String),
    PoolTimeout,
    Busy,
    Unavailable,
    Full,
    ReadOnly,
    Refused,
}

fn condition(error: &sqlx::Error) -> Condition {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            match database.try_downcast_ref::<PgDatabaseError>() {
                Some(postgres) => postgres_condition(&code, postgres.constraint()),
                None => sqlite_condition(&code, database.message()),
            }
        }
        sqlx::Error::PoolTimedOut => Condition::PoolTimeout,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::PoolClosed => Condition::Unavailable,
        _ => Condition::Refused,
    }
}

/// Sorts by SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn postgres_condition(code: &str, constraint: Option<&str>) -> Condition {
    match code {
        // unique_violation, exclusion_violation
        "23505" | "23P01" => Condition::Constraint(constraints::of_postgres(constraint.unwrap_or_default())),
        // restrict_violation, foreign_key_violation
        "23001" | "23503" => Condition::Constraint(FOREIGN_KEY.to_owned()),
        // read_only_sql_transaction
        "25006" => Condition::ReadOnly,
        // serialization_failure, deadlock_detected, lock_not_available, query_canceled
        "40001" | "40P01" | "55P03" | "57014" => Condition::Busy,
        // invalid_catalog_name, idle_in_transaction_session_timeout, admin_shutdown, crash_shutdown, cannot_connect_now,
        // database_dropped, idle_session_timeout
        "3D000" | "25P03" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => Condition::Unavailable,
        // disk_full
        "53100" => Condition::Full,
        // connection_exception, invalid_authorization, insufficient_resources, system_error
        _ if ["08", "28", "53", "58"].iter().any(|class| code.starts_with(class)) => Condition::Unavailable,
        // The rest is ours: a check that validation should have made, a wrong type, a wrong name.
        _ => Condition::Refused,
    }
}

/// Sorts by result code (<https://www.sqlite.org/rescode.html>), whose low byte is the primary one.
fn sqlite_condition(code: &str, message: &str) -> Condition {
    let code = code.parse::<i32>().unwrap_or_default();
    match (code, code & 0xff) {
        // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE
        (1555 | 2067, _) => Condition::Constraint(constraints::of_sqlite(message, code == 1555)),
        // SQLITE_CONSTRAINT_FOREIGNKEY
        (787, _) => Condition::Constraint(FOREIGN_KEY.to_owned()),
        // SQLITE_BUSY, SQLITE_LOCKED
        (_, 5 | 6) => Condition::Busy,
        // SQLITE_READONLY
        (_, 8) => Condition::ReadOnly,
        // SQLITE_FULL
        (_, 13) => Condition::Full,
        // SQLITE_IOERR, SQLITE_CANTOPEN
        (_, 10 | 14) => Condition::Unavailable,
        _ => Condition::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, DatabaseError, postgres_condition};

    /// What a caller sees of a SQLSTATE; `errors::DatabaseProblem` gives these their statuses.
    fn kind(code: &str) -> &'static str {
        match postgres_condition(code, Some("users_email_key_unique")) {
            Condition::Constraint(_) => "409",
            Condition::PoolTimeout | Condition::Busy | Condition::Unavailable | Condition::Full => "503",
            Condition::ReadOnly | Condition::Refused => "500",
        }
    }

    #[test]
    fn every_sqlstate_that_can_be_tried_again_is_a_503_and_every_conflict_a_409() {
        for code in ["23505", "23503", "23001", "23P01"] {
            assert_eq!(kind(code), "409", "{code}");
        }
        for code in [
            "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "08000", "08006", "53100",
            "53200", "53300", "58030", "28P01",
        ] {
            assert_eq!(kind(code), "503", "{code}");
        }
        for code in ["23502", "23514", "22001", "22021", "42P01", "42601", "25006", "25P02", "XX000", ""] {
            assert_eq!(kind(code), "500", "{code}");
        }
    }

    #[test]
    fn the_pool_at_its_start_is_a_timeout_too() {
        let error = sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(sea_orm::sqlx::Error::PoolTimedOut.into()));
        assert!(matches!(DatabaseError::from(error), DatabaseError::PoolTimeout));
    }
}
