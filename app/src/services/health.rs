//! Whether the service can do its work: the database answers, and its schema is up to date.

use std::sync::Arc;

use crate::repositories::{Database, DatabaseError, SchemaStepRepository};

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

/// The checks of the probes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HealthService {
    database: Database,
    needed: Arc<[String]>,
}

impl HealthService {
    /// The checks on a database, and the names of the migrations that this binary needs.
    #[must_use]
    pub fn new(database: Database, needed: Vec<String>) -> Self {
        Self { database, needed: needed.into() }
    }

    /// Asks the database and looks at its migrations. Steps that only the database knows are no
    /// fault: during a rolling update the old binary runs beside the newer schema.
    ///
    /// # Errors
    /// [`HealthError`], the first check that fails.
    pub async fn check(&self) -> Result<(), HealthError> {
        let applied = SchemaStepRepository::new(self.database.read_session()).names().await?;
        let missing: Vec<String> = self.needed.iter().filter(|name| !applied.contains(*name)).cloned().collect();
        if missing.is_empty() { Ok(()) } else { Err(HealthError::Migrations(missing)) }
    }
}
