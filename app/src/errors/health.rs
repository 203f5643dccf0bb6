//! Why the service is not ready.

use fastrail::ApiError;

use crate::services::health::HealthError;

/// Why the service is not ready
#[derive(Debug, ApiError)]
pub enum HealthProblem {
    /// The database does not answer
    #[api_error(status = 503, code = "database_unavailable", header("Retry-After" = 5))]
    Database(#[source] HealthError),
    /// The service is about to stop
    #[api_error(status = 503, code = "draining", header("Retry-After" = 5))]
    Draining,
    /// Migrations have not been applied: {names}
    #[api_error(status = 503, code = "migrations_pending", header("Retry-After" = 5))]
    Migrations {
        /// Which ones
        names: String,
    },
}

impl From<HealthError> for HealthProblem {
    fn from(error: HealthError) -> Self {
        match error {
            HealthError::Database(_) => Self::Database(error),
            HealthError::Migrations(names) => Self::Migrations { names: names.join(", ") },
        }
    }
}
