//! What strangers may know of a database failure: whether to try again, or to read again first.

use fastrail::ApiError;

use crate::services::DatabaseError;

/// A database failure that the caller has no part in
#[derive(Debug, ApiError)]
pub enum DatabaseProblem {
    /// The service is busy; try again
    #[api_error(status = 503, code = "database_unavailable", header("Retry-After" = 1))]
    Unavailable(#[source] DatabaseError),
    /// Internal Server Error
    #[api_error(status = 500, code = "internal_error")]
    Internal(#[source] DatabaseError),
}

impl From<DatabaseError> for DatabaseProblem {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::PoolTimeout | DatabaseError::Busy | DatabaseError::Unavailable(_) | DatabaseError::Full => {
                Self::Unavailable(error)
            }
            // What a write can meet is an answer of `WriteProblem`; where nothing is written it is a defect.
            DatabaseError::Constraint { .. }
            | DatabaseError::Stale
            | DatabaseError::Aborted
            | DatabaseError::Finished
            | DatabaseError::ReadOnly
            | DatabaseError::Other(_) => Self::Internal(error),
        }
    }
}

/// A write, or its commit, that failed
#[derive(Debug, ApiError)]
pub enum WriteProblem {
    /// It conflicts with what is stored
    #[api_error(status = 409, code = "conflict")]
    Conflict(#[source] DatabaseError),
    /// It was changed at the same time; read it again
    #[api_error(status = 409, code = "changed_meanwhile")]
    Stale(#[source] DatabaseError),
    /// No room is left to write: nothing was changed, and reading goes on; the service's operator has to make room
    #[api_error(status = 503, code = "storage_full", header("Retry-After" = 60))]
    StorageFull(#[source] DatabaseError),
    /// The database failed
    #[api_error(transparent)]
    Database(DatabaseProblem),
}

impl From<DatabaseError> for WriteProblem {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Constraint { .. } => Self::Conflict(error),
            DatabaseError::Stale => Self::Stale(error),
            DatabaseError::Full => Self::StorageFull(error),
            DatabaseError::PoolTimeout
            | DatabaseError::Busy
            | DatabaseError::Unavailable(_)
            | DatabaseError::Aborted
            | DatabaseError::Finished
            | DatabaseError::ReadOnly
            | DatabaseError::Other(_) => Self::Database(error.into()),
        }
    }
}
