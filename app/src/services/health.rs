//! Whether the service can do its work: the database answers, and its schema is up to date.

use crate::{
    migrations,
    repositories::{Database, DatabaseError},
};

/// Why the service cannot do its work.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HealthError {
    /// The database does not answer.
    #[error("the database does not answer")]
    Database(#[from] DatabaseError),
    /// Migrations have not been applied.
    #[error("{} migrations have not been applied", .0.len())]
    Migrations(Vec<String>),
}

/// The checks of the probes.
#[derive(Debug, Clone)]
pub struct HealthService {
    database: Database,
}

impl HealthService {
    /// The checks on a database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Asks the database and looks at its migrations.
    ///
    /// # Errors
    /// [`HealthError`], the first check that fails.
    pub async fn check(&self) -> Result<(), HealthError> {
        self.database.ping().await?;
        let pending = migrations::pending(&self.database.read_session()).await.map_err(DatabaseError::from)?;
        if pending.is_empty() { Ok(()) } else { Err(HealthError::Migrations(pending)) }
    }
}
