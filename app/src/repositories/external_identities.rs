//! The rows of `external_identities`.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Connection, DatabaseError, Repository, Session, repository::versioned};
use crate::models::{ExternalIdentity, ExternalIdentityId, external_identity};

versioned!(external_identity, ExternalIdentityId);

/// People of external identity providers.
#[derive(Debug, Clone)]
pub struct ExternalIdentityRepository<C> {
    rows: Repository<external_identity::Entity, C>,
}

impl<C: Connection> ExternalIdentityRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The person whom a provider calls so.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get(&self, issuer: &str, subject: &str) -> Result<Option<ExternalIdentity>, DatabaseError> {
        let select = external_identity::Entity::find()
            .filter(external_identity::Column::Issuer.eq(issuer))
            .filter(external_identity::Column::Subject.eq(subject));
        self.rows.find_one(select).await
    }
}

impl ExternalIdentityRepository<Session> {
    /// Adds a person.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when the person is there already.
    pub async fn create(&self, identity: ExternalIdentity) -> Result<ExternalIdentity, DatabaseError> {
        self.rows.create(identity).await
    }
}
