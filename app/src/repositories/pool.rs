//! How many connections to the database there are, for the metrics.

use sea_orm::{DatabaseConnection, DbBackend};

/// The connections that a database is used by.
#[derive(Debug, Clone)]
pub struct Pool {
    name: &'static str,
    connections: DatabaseConnection,
}

impl Pool {
    pub(super) fn new(name: &'static str, connections: DatabaseConnection) -> Self {
        Self { name, connections }
    }

    /// What they are for: `write`, `read` or `all`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many are open, and how many of those nobody uses.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let (open, idle) = match self.connections.get_database_backend() {
            DbBackend::Postgres => {
                let pool = self.connections.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
            _ => {
                let pool = self.connections.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        (open as usize, idle)
    }
}
