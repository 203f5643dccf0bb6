//! The rows of `seaql_migrations`: the steps of the schema that have been applied.

use std::collections::BTreeSet;

use sea_orm::EntityTrait;
use sea_orm_migration::seaql_migrations;

use super::{Connection, DatabaseError};

/// The steps of the schema, as the database knows them. Written by `migrations` only.
#[derive(Debug, Clone)]
pub struct SchemaStepRepository<C> {
    connection: C,
}

impl<C: Connection> SchemaStepRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { connection }
    }

    /// The names of the steps that have been applied.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer, or was never migrated.
    pub async fn names(&self) -> Result<BTreeSet<String>, DatabaseError> {
        let rows = seaql_migrations::Entity::find().all(&self.connection).await?;
        Ok(rows.into_iter().map(|row| row.version).collect())
    }
}
